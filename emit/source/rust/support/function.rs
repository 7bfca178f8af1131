//! Functions of the caller, as functions of Rust: what they take and give
//! crosses whole. Those of plain numbers are called as functions of C are.

use std::any::Any;
use std::collections::HashMap;
use std::panic::resume_unwind;
use std::sync::{Arc, Mutex};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::panicking;
use std::time::{Duration, Instant};

use crate::frame::{NOTHING, Outcome, Span, caught, let_go, plugin_free};
use crate::packet::{Reader, Take, Writer};

/// What a function of the caller has thrown, on its way out.
pub struct Thrown(pub i64);

/// A function of the caller.
pub struct Function {
    address: usize,
    /// It is odd where any thread may call it.
    number: u64,
    /// The thread that it was given on.
    home: u64,
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

/// This thread's number: its address comes again when it has ended.
fn this_thread() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    thread_local! {
        static NUMBER: u64 = LAST.fetch_add(1, Ordering::Relaxed);
    }
    NUMBER.with(|number| *number)
}

/// What is in the place of what was thrown until a call is answered. It says too
/// that the number of an answer, which stands in place of the function's then, is
/// given back.
const UNANSWERED: i64 = -1;

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

/// Says that nothing here can reach a function, or the memory of an answer, any more.
fn release(address: usize, number: u64) {
    let mut released = RELEASED.lock().unwrap();
    let released = released.get_or_insert_default();
    released.entry(address).or_default().push(number);
}

impl Drop for Function {
    fn drop(&mut self) {
        release(self.address, self.number);
    }
}

/// The memory of an answer that has a number of its own.
struct Answer {
    address: usize,
    number: u64,
}

impl Drop for Answer {
    fn drop(&mut self) {
        release(self.address, self.number);
    }
}

/// Gives the numbers of functions that are called by an address and were let go of.
#[cfg(takes_functions)]
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
            home: this_thread(),
            direct: AtomicUsize::new(0),
        })
    }

    fn is_at_home(&self) -> bool {
        this_thread() == self.home
    }

    /// The address of a function of C that takes the number of this one before
    /// its arguments, if all that it takes and gives are numbers and the caller
    /// waits for this thread: only there it is told what was thrown.
    pub fn direct(&self) -> Option<usize> {
        if !self.is_at_home() {
            return None;
        }
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
        // Of two errors at once Rust ends the process.
        if thrown != 0.0 && !panicking() {
            resume_unwind(Box::new(Thrown(thrown as i64)));
        }
        value
    }

    /// Calls the function. What it throws unwinds to the wrapper, which throws it
    /// again, or to the end of a thread of the crate's own, as a panic does.
    pub fn call<T>(&self, write: impl FnOnce(&mut Writer), read: impl Fn(&mut Reader) -> Outcome<T>) -> T {
        let is_at_home = self.is_at_home();
        if !is_at_home && self.number % 2 == 0 {
            panic!("a function of JavaScript was called by another thread than the one that gave it, which takes the support library (plugin support), and not too many functions at once");
        }
        if !is_at_home && sleeps(self.home) {
            return unanswered(read);
        }
        let mut writer = Writer::new();
        write(&mut writer);
        let request = writer.end();
        let mut call = Call { number: self.number, request, reply: NOTHING, thrown: UNANSWERED };
        let function: unsafe extern "C" fn(*mut Call) = unsafe { std::mem::transmute(self.address) };
        unsafe {
            function(&raw mut call);
            plugin_free(request.address as *mut u8);
        }
        let _answer =
            (call.number != self.number).then(|| Answer { address: self.address, number: call.number });
        if call.thrown == UNANSWERED {
            if !is_at_home {
                set_sleeping(self.home, Some(Instant::now() + SLEEP));
            }
            return unanswered(read);
        }
        if call.thrown != 0 {
            if panicking() {
                return unanswered(read);
            }
            resume_unwind(Box::new(Thrown(call.thrown)));
        }
        match read(&mut Reader::of(call.reply)) {
            Ok(given) => given,
            Err(fault) => panic!("{}", String::from(fault)),
        }
    }
}

/// What a function gives that could not be called, as its thread waits for this
/// one or is gone: zero, of what has one. The call of that thread throws; a panic
/// in place of it would end the process in what is no thread of a scope.
fn unanswered<T>(read: impl Fn(&mut Reader) -> Outcome<T>) -> T {
    match caught(|| read(&mut Reader::zeros())) {
        Ok(Ok(given)) => return given,
        Ok(Err(fault)) => let_go(fault),
        Err(payload) => let_go(payload),
    }
    panic!("a function of JavaScript was not called: the thread that gave it waits for this one, or is gone")
}

/// Threads that did not answer a call of another one, and until when nobody asks
/// them again: of a million calls that wait each for seconds none would end.
static SLEEPING: Mutex<Vec<(u64, Instant)>> = Mutex::new(vec![]);
/// How many they are.
static ASLEEP: AtomicUsize = AtomicUsize::new(0);

/// How long nobody asks.
const SLEEP: Duration = Duration::from_secs(1);

fn sleeps(thread: u64) -> bool {
    ASLEEP.load(Ordering::Relaxed) > 0
        && SLEEPING.lock().unwrap().iter().any(|(one, until)| *one == thread && Instant::now() < *until)
}

fn set_sleeping(thread: u64, until: Option<Instant>) {
    let mut all = SLEEPING.lock().unwrap();
    all.retain(|(one, _)| *one != thread);
    all.extend(until.map(|until| (thread, until)));
    ASLEEP.store(all.len(), Ordering::Relaxed);
}

/// Says that this thread waits for no call of the crate any more.
pub fn awake() {
    if cfg!(takes_functions) && ASLEEP.load(Ordering::Relaxed) > 0 {
        set_sleeping(this_thread(), None);
    }
}

/// What functions of the caller have given and Rust has borrowed: it is there
/// until the call ends in which it was given.
#[derive(Default)]
pub struct Lent(Mutex<Vec<Arc<dyn Any + Send + Sync>>>);

impl Lent {
    pub fn keep<T: Send + Sync + 'static>(&self, value: T) -> &T {
        let value = Arc::new(value);
        let place = Arc::as_ptr(&value);
        self.0.lock().unwrap().push(value);
        // It stays where it is, and nobody takes it out.
        unsafe { &*place }
    }
}

/// Reads the one value that a function gave.
pub fn result<T: Take>(reader: &mut Reader) -> Outcome<T> {
    Ok(T::read(reader, 1)?.pop().unwrap())
}
