//! S
fn main(){}
