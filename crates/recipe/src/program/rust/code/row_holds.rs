impl Row<'_> {
    /// Compares a field with a value: as numbers when both are, else as text.
    fn holds(&self, column: &str, operator: &str, value: &str) -> Result<bool> {
        let field = text_of(self.field(column)?)?;
        let numbers = (field.trim().parse::<f64>(), value.parse::<f64>());
        let order = match numbers {
            (Ok(field), Ok(value)) => field.partial_cmp(&value),
            _ => None,
        };
        Ok(match (order, operator) {
            (Some(order), "=") => order.is_eq(),
            (Some(order), "!=") => order.is_ne(),
            (Some(order), "<") => order.is_lt(),
            (Some(order), "<=") => order.is_le(),
            (Some(order), ">") => order.is_gt(),
            (Some(order), _) => order.is_ge(),
            (None, "=") => field == value,
            (None, "!=") => field != value,
            (None, _) => false,
        })
    }
}
