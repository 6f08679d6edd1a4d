//! Recipes that run on the server and as programs.

/// A recipe, and how what it makes is compared.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// `$UPLOAD` stands for the file `mine`.
    pub(crate) text: &'static str,
    /// The file `mine`.
    pub(crate) input: &'static [u8],
    /// A recipe that makes that file.
    pub(crate) made_by: Option<&'static str>,
    /// The stage that makes the outputs comparable.
    pub(crate) decode: Option<&'static str>,
    /// It fails, and says this.
    pub(crate) fails: Option<&'static str>,
}

const fn case(name: &'static str, text: &'static str) -> Case {
    Case {
        name,
        text,
        input: b"none",
        made_by: None,
        decode: None,
        fails: None,
    }
}

impl Case {
    const fn reads(mut self, input: &'static [u8]) -> Self {
        self.input = input;
        self
    }

    const fn reads_what(mut self, recipe: &'static str) -> Self {
        self.made_by = Some(recipe);
        self
    }

    const fn decoded_by(mut self, stage: &'static str) -> Self {
        self.decode = Some(stage);
        self
    }

    const fn fails(mut self, said: &'static str) -> Self {
        self.fails = Some(said);
        self
    }
}

/// Quotes, commas and line ends in fields, CRLF, an empty line, a byte order mark, no last line end.
const ODD_TABLE: &[u8] =
    "\u{feff}name,\"size\",note\r\n\"Åsa, the \"\"big\"\"\",12,\"two\r\nlines\"\r\n\r\n\
    bee,2.50,\"\"\r\ncat, 1e1 ,x\ndog,none,ö\nant,+7,"
        .as_bytes();

/// Upper case that is longer, and letters of several bytes.
const LETTERS: &[u8] = "straße, ǆ, ﬁ, éàü, ж, 😀 ŉ and İstanbul\n".as_bytes();

const JSON: &[u8] = b"[1, {\"a\": [1, 2], \"b\": \"]\\\"}\"},\n  [\n 3 ], \"x,\\\\\", null ] {\"c\":\r\n 5}\n7 true";

pub(crate) const CASES: &[Case] = &[
    case("a sample in a file", "csv_sample rows=3000 | file_sink file=\"out.csv\""),
    case("so many bytes of another seed", "csv_sample bytes=300000 seed=7 | file_sink file=\"out\""),
    case("JSON lines", "json_sample rows=500 | file_sink file=\"out\""),
    case("an array in elements", "json_sample form=array rows=500 | json | file_sink file=\"out\""),
    case("odd JSON", "upload upload=\"$UPLOAD\" label=\"mine\" | json one_by_one=false | collect").reads(JSON),
    case("over HTTP", "http_source sample=\"cities.ndjson\" rows=300 | all: collect"),
    case("over TCP", "tcp_source rows=500 | tcp_echo | collect"),
    case(
        "a file and a filter",
        "file_source file=\"cities.csv\" high_water_mark=5000 | csv_filter \
         expr=\"population>500000 && country!=JP || population<20000\" | file_sink file=\"out\"",
    ),
    case(
        "an odd table",
        "upload upload=\"$UPLOAD\" label=\"mine\" high_water_mark=5 | csv_filter expr=\"size>=2.5\" | collect",
    )
    .reads(ODD_TABLE),
    case(
        "columns of an odd table",
        "upload upload=\"$UPLOAD\" label=\"mine\" | csv_filter select=\"note, name\" expr=\"size!=2.50\" | collect",
    )
    .reads(ODD_TABLE),
    case(
        "a byte order mark before quotes",
        "upload upload=\"$UPLOAD\" label=\"mine\" | csv_filter select=\"size,name\" expr=\"size>1\" | collect",
    )
    .reads("\u{feff}\"name\",\"size\"\n\"ant\",\"1\"\n\"bee\",\"2\"\n".as_bytes()),
    case(
        "texts are compared as texts",
        "upload upload=\"$UPLOAD\" label=\"mine\" | csv_filter expr=\"name=bee || note = ö\" | collect",
    )
    .reads(ODD_TABLE),
    case(
        "ragged rows are left out",
        "upload upload=\"$UPLOAD\" label=\"mine\" | csv_filter select=\"b\" ragged=skip | collect",
    )
    .reads(b"a,b\n1,2\n3\n4,5,6\n7,8\n"),
    case(
        "ragged rows are an error",
        "upload upload=\"$UPLOAD\" label=\"mine\" | csv_filter expr=\"a>0\" | collect",
    )
    .reads(b"a,b\n1,2\n3\n")
    .fails("a ragged row"),
    case(
        "broken quotes are an error",
        "upload upload=\"$UPLOAD\" label=\"mine\" | csv_filter expr=\"a>0\" | collect",
    )
    .reads(b"a,b\n1,2\n3,\"x\" y\n")
    .fails("broken quotes"),
    case(
        "no JSON is an error",
        "upload upload=\"$UPLOAD\" label=\"mine\" | json | collect",
    )
    .reads(b"[1, 2 3]")
    .fails("expected , or ]"),
    case(
        "a field that is no text is an error",
        "upload upload=\"$UPLOAD\" label=\"mine\" | csv_filter expr=\"a>0\" | collect",
    )
    .reads(b"a,b\n1,2\n\xff,3\n")
    .fails(""),
    case(
        "JSON that is no text is an error",
        "upload upload=\"$UPLOAD\" label=\"mine\" | json | collect",
    )
    .reads(b"[\"a\", \"\xff\"]")
    .fails(""),
    case("gzip", "csv_sample | gzip level=9 | file_sink file=\"out.gz\"").decoded_by("gunzip"),
    case("gunzip", "upload upload=\"$UPLOAD\" label=\"mine\" | gunzip | file_sink file=\"out\"")
        .reads_what("csv_sample | gzip | file_sink file=\"z\""),
    case("gzip that is cut off", "upload upload=\"$UPLOAD\" label=\"mine\" | gunzip | null")
        .reads(&[31, 139, 8, 0, 0, 0, 0, 0, 0, 3, 75, 76])
        .fails(""),
    case("brotli", "csv_sample rows=2000 | brotli level=3 | file_sink file=\"out.br\"")
        .decoded_by("unbrotli"),
    case("unbrotli", "upload upload=\"$UPLOAD\" label=\"mine\" | unbrotli | file_sink file=\"out\"")
        .reads_what("csv_sample | brotli | file_sink file=\"z\""),
    case(
        "aes_ctr",
        "csv_sample | aes_ctr key=\"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\" \
         iv=\"ff0102030405060708090a0b0c0d0eff\" high_water_mark=1000 | file_sink file=\"out\"",
    ),
    case(
        "seal",
        "csv_sample bytes=200000 | \
         seal key=\"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\" | \
         file_sink file=\"out\"",
    )
    .decoded_by("open key=\"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\""),
    case(
        "open",
        "upload upload=\"$UPLOAD\" label=\"mine\" | \
         open key=\"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\" | \
         file_sink file=\"out\"",
    )
    .reads_what(
        "csv_sample bytes=200000 | \
         seal key=\"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\" | \
         file_sink file=\"z\"",
    ),
    case(
        "sealed bytes that are cut off",
        "upload upload=\"$UPLOAD\" label=\"mine\" | \
         open key=\"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\" | null",
    )
    .reads(b"SPW1")
    .fails("ends before the first segment"),
    case("upper case", "upload upload=\"$UPLOAD\" label=\"mine\" high_water_mark=3 | upper | collect")
        .reads(LETTERS),
    case("no text is an error", "upload upload=\"$UPLOAD\" label=\"mine\" | upper | collect")
        .reads(b"abc\xff")
        .fails("UTF-8"),
    case("lines of no length", "upload upload=\"$UPLOAD\" label=\"mine\" | lines | passthrough | collect")
        .reads(b"\n\na\nbc"),
    case("paced", "csv_sample rows=300 bytes_per_s=60000 | throttle bytes_per_s=80000 | file_sink file=\"out\""),
    case("paced at the end", "csv_sample rows=300 | file_sink file=\"out\" bytes_per_s=90000 high_water_mark=2000"),
    case(
        "all at the end",
        "csv_sample rows=200 | buffer_all | file_sink file=\"out\"",
    ),
    case("ticks", "ticker every_ms=5 count=20 | collect"),
    case("a bit flips", "csv_sample | flip at_byte=20000 bit=3 | flip at_byte=9 | file_sink file=\"out\""),
    case("a fault at a byte", "csv_sample | fault at_byte=20000 | file_sink file=\"out\"")
        .fails("failed on purpose"),
    case("a fault at a chunk", "ticker every_ms=1 count=9 | fault at_chunk=3 | null")
        .fails("failed on purpose"),
    case("too much to collect", "csv_sample | collect max_bytes=1000").fails(""),
    case(
        "branches",
        "cities: csv_sample rows=1200 | sha256 | all: file_sink file=\"all.csv\"\n\
         cities | big: csv_filter expr=\"population>500000\" | collect\n\
         big | upper | shout: collect\ncities | slow bytes_per_s=300000",
    ),
    case(
        "a file for each branch",
        "cities: csv_sample rows=1200 | all: file_sink file=\"all.csv\"\n\
         cities | csv_filter expr=\"population>500000\" | big: file_sink file=\"big.csv\"\n\
         big_again: csv_sample rows=30 seed=3 | upper | third: file_sink file=\"third\"",
    ),
    case(
        "a file as it is and the same in cipher",
        "cities: csv_sample rows=900 | plain: file_sink file=\"plain.csv\"\n\
         cities | aes_ctr key=\"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\" \
         iv=\"ff0102030405060708090a0b0c0d0eff\" | file_sink file=\"secret\" bytes_per_s=300000",
    ),
    case(
        "two trees",
        "csv_sample rows=20 | first-one: collect\nticker every_ms=2 count=3 | FIRST_one: collect\n",
    ),
    case(
        "one pipeline",
        "join pipeline\ncsv_sample | class: csv_filter expr=\"population>1000\" | lines | file_sink file=\"out\"",
    ),
    case("a pipeline that fails", "join pipeline\ncsv_sample | fault at_byte=0 | collect")
        .fails("failed on purpose"),
    case("loops", "join iterate\ncsv_sample rows=2000 | lines | upper | file_sink file=\"out\""),
    case("without backpressure", "join write\ncsv_sample rows=900 | lines | upper | 2nd: file_sink file=\"out\""),
];
