//! Migrations are compiled in: a new file among them must have the crate built again.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
