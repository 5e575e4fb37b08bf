//! Writing CBOR (RFC 8949), in the deterministic way or, with [`Cbor::Raw`], in any other.

/// A value.
#[derive(Debug, Clone)]
pub enum Cbor {
    /// An unsigned number.
    Uint(u64),
    /// `true` or `false`.
    Bool(bool),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Text.
    Text(String),
    /// An array.
    Array(Vec<Cbor>),
    /// A map, written in the order of its encoded keys.
    Map(Vec<(Cbor, Cbor)>),
    /// Bytes that are written as they are.
    Raw(Vec<u8>),
}

/// The head of a major type with an argument, in its shortest form (RFC 8949 section 3).
pub fn head(major: u8, argument: u64) -> Vec<u8> {
    let long = |info: u8, bytes: &[u8]| [&[major << 5 | info], bytes].concat();
    match argument {
        0..=23 => vec![major << 5 | argument as u8],
        24..=0xFF => long(24, &[argument as u8]),
        0x100..=0xFFFF => long(25, &(argument as u16).to_be_bytes()),
        0x1_0000..=0xFFFF_FFFF => long(26, &(argument as u32).to_be_bytes()),
        _ => long(27, &argument.to_be_bytes()),
    }
}

impl Cbor {
    /// Text.
    pub fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// A map with text keys.
    pub fn map<'a>(fields: impl IntoIterator<Item = (&'a str, Cbor)>) -> Self {
        Self::Map(fields.into_iter().map(|(name, value)| (Self::text(name), value)).collect())
    }

    /// The bytes (RFC 8949 section 4.2.1).
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Uint(number) => head(0, *number),
            Self::Bool(value) => vec![0xF4 + u8::from(*value)],
            Self::Bytes(bytes) => [head(2, bytes.len() as u64), bytes.clone()].concat(),
            Self::Text(text) => [head(3, text.len() as u64), text.clone().into_bytes()].concat(),
            Self::Array(items) => {
                items.iter().fold(head(4, items.len() as u64), |out, item| [out, item.encode()].concat())
            }
            Self::Map(pairs) => {
                let mut pairs: Vec<_> =
                    pairs.iter().map(|(key, value)| (key.encode(), value.encode())).collect();
                pairs.sort();
                pairs
                    .into_iter()
                    .fold(head(5, pairs_len(self)), |out, (key, value)| [out, key, value].concat())
            }
            Self::Raw(bytes) => bytes.clone(),
        }
    }
}

fn pairs_len(value: &Cbor) -> u64 {
    if let Cbor::Map(pairs) = value { pairs.len() as u64 } else { 0 }
}
