/**
 * The Rust code of what stays an object: what lets a type be one of a class, and
 * lie among other values.
 *
 * @module
 */

/** What lets boxes of a trait lie among other values. */
export function dynCode(box: string, holder: string, takes: string): string {
  return `impl packet::Give for ${box} {
    fn write(values: Vec<Self>, w: &mut packet::Writer) {
        packet::write_handles(values.into_iter().map(|one| object::hold(${holder}(one))).collect(), w);
    }
    fn write_options(values: Vec<Option<Self>>, w: &mut packet::Writer) {
        packet::write_some_handles(values, w, |one| object::hold(${holder}(one)));
    }
}
${takeCode(box, takes)}`;
}

/** What holds a type that has no size of its own: a reference to it, or a box. */
export function unsizedCode(rust: string, holder: string): string {
  return `pub enum ${holder} { Lent(&'static ${rust}), Owned(Box<${rust}>) }
impl ${holder} {
    fn owned(self) -> Outcome<Box<${rust}>> {
        match self {
            Self::Owned(one) => Ok(one),
            Self::Lent(_) => frame::wrong("wanted an object that belongs to nobody else, got one that is borrowed"),
        }
    }
}
impl std::ops::Deref for ${holder} {
    type Target = ${rust};
    fn deref(&self) -> &${rust} {
        match self {
            Self::Lent(one) => one,
            Self::Owned(one) => one,
        }
    }
}
`;
}

/** What makes a type one of objects. */
export function classCode(
  rust: string,
  name: string,
  isClone: boolean,
): string {
  return `impl object::Class for ${rust} {
    const NAME: &'static str = ${JSON.stringify(name)};
    const IS_SEND: bool = object::Threads::<${rust}>::ARE_MANY;
}
impl packet::Give for ${rust} {
    fn write(values: Vec<Self>, w: &mut packet::Writer) {
        packet::write_handles(values.into_iter().map(object::hold).collect(), w);
    }
    fn write_options(values: Vec<Option<Self>>, w: &mut packet::Writer) {
        packet::write_some_handles(values, w, object::hold);
    }
}
${isClone ? takeCode(rust, "object::copy") : ""}`;
}

/** What lets objects that cannot be copied lie among the values that Rust is given: it has them from then on. */
export function givenAwayCode(rust: string): string {
  return takeCode(rust, "object::given_away");
}

/** What makes values of the handles in a packet, by a function for each. */
function takeCode(rust: string, take: string): string {
  return `impl packet::Take for ${rust} {
    fn read(r: &mut packet::Reader, n: usize) -> Outcome<Vec<Self>> {
        packet::read_handles(r, n).into_iter().map(${take}).collect()
    }
    fn read_options(r: &mut packet::Reader, n: usize) -> Outcome<Vec<Option<Self>>> {
        packet::read_some_handles(r, n, ${take})
    }
}
`;
}
