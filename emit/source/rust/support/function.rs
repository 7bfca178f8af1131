//! Functions of the caller, as functions of Rust: what they take and give
//! crosses whole. Those of plain numbers are called as functions of C are.

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::ThreadId;

use crate::frame::{NOTHING, Outcome, Span, plugin_free};
use crate::packet::{Reader, Take, Writer};

/// What a function of the caller has thrown, on its way out.
pub struct Thrown(pub i64);

/// A function of the caller.
pub struct Function {
    address: usize,
    number: u64,
    /// The only thread that may call it.
    home: ThreadId,
    /// What it is called by as functions of C are; 0 before that is asked for.
    direct: AtomicUsize,
}

/// What stands for a request that asks for that: no packet is as short.
const ASKS: usize = 1;
/// The answer where there is none.
const NOT: usize = 1;

thread_local! {
    /// Where it is told what such a function has thrown, by number; the caller knows it for good.
    static THROWN: *mut f64 = Box::into_raw(Box::new(0.0));
}

/// The address of what tells that a function has thrown.
fn thrown_here() -> *mut f64 {
    THROWN.with(|thrown| *thrown)
}

/// What the caller's function is called with.
#[repr(C)]
struct Call {
    number: u64,
    request: Span,
    reply: Span,
    thrown: i64,
}

/// Functions that nothing here can reach any more, by the address that they are
/// called by: each thread of the caller has one of its own.
static RELEASED: Mutex<Option<HashMap<usize, Vec<u64>>>> = Mutex::new(None);

impl Drop for Function {
    fn drop(&mut self) {
        let mut released = RELEASED.lock().unwrap();
        let released = released.get_or_insert_default();
        released.entry(self.address).or_default().push(self.number);
    }
}

/// Gives the numbers of functions that are called by an address and were let go of.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn plugin_released(address: usize, into: *mut u64, most: u32) -> u32 {
    let mut released = RELEASED.lock().unwrap();
    let Some(numbers) = released.as_mut().and_then(|all| all.get_mut(&address)) else {
        return 0;
    };
    let count = numbers.len().min(most as usize);
    for (index, number) in numbers.drain(..count).enumerate() {
        unsafe { into.add(index).write(number) };
    }
    count as u32
}

impl Function {
    /// The function in a frame; none where it is null.
    pub fn of(from: Span) -> Option<Function> {
        (from.address != 0).then(|| Function {
            address: from.address,
            number: from.length as u64,
            home: std::thread::current().id(),
            direct: AtomicUsize::new(0),
        })
    }

    fn check_thread(&self) {
        if std::thread::current().id() != self.home {
            panic!("a function of JavaScript was called by another thread than the one that gave it: only that one can call it");
        }
    }

    /// The address of a function of C that takes the number of this one before
    /// its arguments, if all that it takes and gives are numbers.
    pub fn direct(&self) -> Option<usize> {
        self.check_thread();
        let mut address = self.direct.load(Ordering::Relaxed);
        if address == 0 {
            let request = Span { address: thrown_here() as usize, length: ASKS };
            let mut call = Call { number: self.number, request, reply: NOTHING, thrown: 0 };
            let function: unsafe extern "C" fn(*mut Call) = unsafe { std::mem::transmute(self.address) };
            unsafe { function(&raw mut call) };
            address = if call.reply.address == 0 { NOT } else { call.reply.address };
            self.direct.store(address, Ordering::Relaxed);
        }
        (address != NOT).then_some(address)
    }

    /// What the function is called by there.
    pub fn number(&self) -> f64 {
        self.number as f64
    }

    /// What it gave, unless it has thrown instead.
    pub fn given<T>(&self, value: T) -> T {
        let thrown = unsafe { thrown_here().replace(0.0) };
        if thrown != 0.0 {
            resume_unwind(Box::new(Thrown(thrown as i64)));
        }
        value
    }

    /// Calls the function. What it throws unwinds to the wrapper, which throws it again.
    pub fn call<T>(&self, write: impl FnOnce(&mut Writer), read: impl FnOnce(&mut Reader) -> Outcome<T>) -> T {
        self.check_thread();
        let mut writer = Writer::new();
        write(&mut writer);
        let request = writer.end();
        let mut call = Call { number: self.number, request, reply: Span { address: 0, length: 0 }, thrown: 0 };
        let function: unsafe extern "C" fn(*mut Call) = unsafe { std::mem::transmute(self.address) };
        unsafe {
            function(&raw mut call);
            plugin_free(request.address as *mut u8);
        }
        let mut reader = Reader::of(call.reply);
        if call.thrown != 0 {
            resume_unwind(Box::new(Thrown(call.thrown)));
        }
        match read(&mut reader) {
            Ok(given) => given,
            Err(fault) => panic!("{}", String::from(fault)),
        }
    }
}

/// Reads the one value that a function gave.
pub fn result<T: Take>(reader: &mut Reader) -> Outcome<T> {
    Ok(T::read(reader, 1)?.pop().unwrap())
}
