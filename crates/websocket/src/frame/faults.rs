//! What is unlawful in a header.

use super::{Endpoint, Fault, FrameHeader, LengthForm, Opcode, Violation};

impl FrameHeader {
    /// What the first two bytes of a header break by themselves, whatever length and key follow. Nothing, when fewer
    /// have come.
    #[must_use]
    pub fn early_faults(bytes: &[u8], from: Endpoint, rsv1_agreed: bool) -> Vec<Fault> {
        let Some(first) = bytes.first_chunk::<2>() else {
            return Vec::new();
        };
        let mut padded = [0; Self::MAX_LEN];
        padded[..2].copy_from_slice(first);
        let header = Self::parse(&padded);
        let mut faults = header.map_or_else(Vec::new, |header| header.faults(from, rsv1_agreed));
        faults.retain(|fault| fault.offset < 2);
        faults
    }

    /// What is unlawful in this header by itself, in the order of its bytes. `rsv1_agreed` says that an
    /// extension gives RSV1 a meaning; it has one only in the first frame of a message (RFC 7692 §6).
    #[must_use]
    pub fn faults(&self, from: Endpoint, rsv1_agreed: bool) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut fault = |wrong: bool, offset: u64, violation: Violation| {
            if wrong {
                faults.push(Fault { violation, offset });
            }
        };
        let rsv1_allowed = rsv1_agreed && matches!(self.opcode, Opcode::Text | Opcode::Binary);
        let control = self.opcode.is_control();
        let len = self.payload_len;
        fault(control && !self.fin, 0, Violation::ControlFragmented);
        fault(
            self.rsv1 && !rsv1_allowed,
            0,
            Violation::ReservedBit { bit: 1 },
        );
        fault(self.rsv2, 0, Violation::ReservedBit { bit: 2 });
        fault(self.rsv3, 0, Violation::ReservedBit { bit: 3 });
        if let Opcode::Reserved(opcode) = self.opcode {
            fault(true, 0, Violation::ReservedOpcode { opcode });
        }
        fault(
            from == Endpoint::Client && self.mask.is_none(),
            1,
            Violation::ClientNotMasked,
        );
        fault(
            from == Endpoint::Server && self.mask.is_some(),
            1,
            Violation::ServerMasked,
        );
        fault(control && len > 125, 1, Violation::ControlTooLong { len });
        let form = self.written_form();
        let bits = if form == LengthForm::SixtyFour {
            64
        } else {
            16
        };
        fault(
            form > LengthForm::shortest(len),
            2,
            Violation::LengthNotMinimal { len, bits },
        );
        fault(len >> 63 != 0, 2, Violation::LengthHighBit { len });
        faults
    }
}
