//! Rows are read as structs that are rows.

struct Call {
    callee: String,
}

fn read<R: belvedere::view::ReadRow>() {}

fn main() {
    read::<Call>();
}
