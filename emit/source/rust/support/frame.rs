//! What a frame holds, and how a call ends. The layout is that of a manifest's
//! thunks: a text or a list is an address and a length, and 40 bytes say how
//! the call ended.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::{Debug, Display};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, Once};

use crate::any::{Any, Held};
use crate::function::{self, Thrown};
use crate::object;

unsafe extern "C" {
    fn malloc(size: usize) -> *mut u8;
    fn free(address: *mut u8);
}

/// Frees what a wrapper left in a frame.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn plugin_free(address: *mut u8) {
    unsafe { free(address) }
}

/// A text or a list: where it lies, and how many elements it has.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Span {
    pub address: usize,
    pub length: usize,
}

/// A call that is under way: where a wrapper writes which argument it is taking.
/// What is given for the call lives as long as a reference to this, so that
/// rustc refuses what would keep it for longer.
pub type Call = Cell<usize>;

/// What is kept for as long as it is wanted is there for this call at least.
pub fn during<'c, T: ?Sized>(_call: &'c Call, kept: &'static T) -> &'c T {
    kept
}

/// The same of what may be changed.
pub fn during_mut<'c, T: ?Sized>(_call: &'c Call, kept: &'static mut T) -> &'c mut T {
    kept
}

/// Refuses elements that are written to where others lie.
pub fn apart(written: Span, element: usize, other: Span, of_other: usize) -> Outcome<()> {
    let ends = |span: Span, size: usize| (span.address, span.address + span.length * size);
    let ((start, end), (from, to)) = (ends(written, element), ends(other, of_other));
    if start < to && from < end {
        return wrong("wanted an array that shares no memory with another one that is written to");
    }
    Ok(())
}

/// A text that stays for ever, as Rust asks of it: each is kept once.
pub fn interned(text: &str) -> &'static str {
    // The bytes are those of a text.
    unsafe { std::str::from_utf8_unchecked(interned_bytes(text.as_bytes())) }
}

/// The same of bytes.
pub fn interned_bytes(bytes: &[u8]) -> &'static [u8] {
    static ALL: Mutex<BTreeSet<&'static [u8]>> = Mutex::new(BTreeSet::new());
    let mut all = ALL.lock().unwrap();
    if let Some(known) = all.get(bytes) {
        return known;
    }
    let kept: &'static [u8] = Box::leak(bytes.into());
    all.insert(kept);
    kept
}

pub const NOTHING: Span = Span { address: 0, length: 0 };

/// What stands for a packet behind the last value of an iterator.
pub const NO_VALUE: Span = Span { address: 0, length: usize::MAX };

impl Span {
    /// Views elements of the caller, who keeps them for the time of the call.
    pub fn slice<T: Copy>(self, _call: &Call) -> &mut [T] {
        if self.length == 0 {
            return &mut [];
        }
        unsafe { std::slice::from_raw_parts_mut(self.address as *mut T, self.length) }
    }

    /// Views a text of the caller, which is UTF-8.
    pub fn text(self, call: &Call) -> &str {
        unsafe { std::str::from_utf8_unchecked(self.slice(call)) }
    }
}

/// Memory of the caller's for results, which it reads before it needs that
/// again: where it lies, how far behind the frame's beginning, and its bytes.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Room {
    address: usize,
    offset: u32,
    size: u32,
}

const NO_ROOM: Room = Room { address: 0, offset: 0, size: 0 };

/// Leaves a copy: in the caller's room, where the address is its offset, or else
/// where the caller gives it to `plugin_free`.
pub fn give_slice<T: Copy>(from: &[T]) -> Span {
    let size = std::mem::size_of_val(from);
    Span { length: from.len(), ..give_bytes(from.as_ptr().cast(), size) }
}

#[inline(never)]
fn give_bytes(from: *const u8, size: usize) -> Span {
    RUNNING.with(|running| {
        let room = running.room.get();
        if size == 0 || size > room.size as usize {
            return leave_bytes(from, size);
        }
        unsafe { std::ptr::copy_nonoverlapping(from, room.address as *mut u8, size) };
        let taken = (size + 7) & !7;
        running.room.set(Room {
            address: room.address + taken,
            offset: room.offset + taken as u32,
            size: room.size.saturating_sub(taken as u32),
        });
        Span { address: room.offset as usize, length: size }
    })
}

/// Leaves a copy that is given to `plugin_free`.
pub fn leave_bytes(from: *const u8, size: usize) -> Span {
    if size == 0 {
        return NOTHING;
    }
    unsafe {
        let address = malloc(size);
        std::ptr::copy_nonoverlapping(from, address, size);
        Span { address: address as usize, length: size }
    }
}

/// What stands above the 32 bits of the length of a text that lies in the
/// caller's room, where it is ASCII: nobody has to decode it.
const ASCII: usize = 1 << 32;

/// No memory has an address as small: it is an offset in the caller's room.
const LEAST_ADDRESS: usize = 1 << 16;

#[inline(never)]
pub fn give_text(text: &str) -> Span {
    let Span { address, length } = give_slice(text.as_bytes());
    let is_told = address < LEAST_ADDRESS && length > 0 && text.is_ascii();
    Span { address, length: if is_told { length | ASCII } else { length } }
}

const RETURNED: i64 = 0;
const FAILED: i64 = 1;
const PANICKED: i64 = 2;
const RETHROWN: i64 = 3;
const REFUSED: i64 = 4;

/// How a call ended.
#[repr(C)]
pub struct End {
    kind: i64,
    text: Span,
    stack: Span,
}

impl End {
    fn of(kind: i64) -> Self {
        End { kind, text: NOTHING, stack: NOTHING }
    }
}

/// Why a call did not return.
pub enum Fault {
    /// It returned an error, and what tells what that holds, if it holds anything.
    Error(Box<dyn Error + 'static>, Option<Telling>),
    /// It returned an error that is only a text.
    Text(String),
    /// One of these, whose error borrows from what is kept with it.
    Borrowing(Box<Fault>, object::Keeps),
    /// It was given what it does not take: of the right kind, and out of range; or of another kind.
    Wrong { text: String, is_range: bool },
}

/// Tells what an error holds.
pub struct Telling {
    pub held: fn(&(dyn Error + 'static)) -> Any,
    /// The same in values alone, where no other thread may have the error.
    pub plain: Option<fn(&(dyn Error + 'static)) -> Any>,
}

/// What a wrapper does for each thing that it takes: a fault is rare, and made
/// small, as all that happens without one is compiled around it.
pub type Outcome<T> = Result<T, Box<Fault>>;

pub fn refuse<T>(text: impl Into<String>) -> Outcome<T> {
    Err(Box::new(Fault::Text(text.into())))
}

/// Refuses an argument that is of another kind.
pub fn wrong<T>(text: impl Into<String>) -> Outcome<T> {
    Err(Box::new(Fault::Wrong { text: text.into(), is_range: false }))
}

/// Refuses an argument that is out of range.
pub fn out_of_range<T>(text: impl Into<String>) -> Outcome<T> {
    Err(Box::new(Fault::Wrong { text: text.into(), is_range: true }))
}

/// What each call asks of its thread. It is looked up once for all of it: in a
/// shared library that is a call for each of a thread's variables.
pub struct Running {
    /// What is left of the room of the wrapper that is running.
    room: Cell<Room>,
    /// How many wrappers are running.
    depth: Cell<u32>,
    /// Whether the wrapper that is running has copied what borrows.
    pub has_copied: Cell<bool>,
}

thread_local! {
    pub static RUNNING: Running =
        const { Running { room: Cell::new(NO_ROOM), depth: Cell::new(0), has_copied: Cell::new(false) } };
    /// The text and the place of the last panic in one of them.
    static PANIC: RefCell<(String, String)> = const { RefCell::new((String::new(), String::new())) };
}

/// What a panic says.
fn text_of(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| text.to_string());
    text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a value that is no text".into())
}

/// Keeps panics of wrappers from being printed: they are thrown.
fn watch_panics() {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(|| {
        let others = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if RUNNING.with(|running| running.depth.get()) == 0 {
                return others(info);
            }
            let text = text_of(info.payload());
            let place = info.location().map(|at| at.to_string()).unwrap_or_default();
            PANIC.set((text, place));
        }));
    });
}

/// What a wrapper does with its frame, and what is told where it writes which
/// argument it is taking.
pub type Body<F> = fn(&mut F, &Call) -> Outcome<()>;

/// Runs what a wrapper does, and says how it ended; nothing unwinds into the caller.
///
/// # Safety
///
/// The frame is the caller's alone, and an `End` can be written there.
pub unsafe fn run<F>(end: *mut End, frame: *mut F, body: Body<F>) {
    unsafe { run_in(NO_ROOM, end, frame, body) };
}

/// The same, where the caller has room for results.
///
/// # Safety
///
/// The frame is the caller's alone, and an `End` can be written there.
pub unsafe fn run_in<F>(room: Room, end: *mut End, frame: *mut F, body: Body<F>) {
    // What stands behind this is compiled once, and not for each wrapper.
    let body = unsafe { std::mem::transmute::<Body<F>, unsafe fn(*mut (), &Call) -> Outcome<()>>(body) };
    unsafe { run_any(room, end, frame.cast(), body) };
}

#[inline(never)]
unsafe fn run_any(room: Room, end: *mut End, frame: *mut (), body: unsafe fn(*mut (), &Call) -> Outcome<()>) {
    watch_panics();
    let at = Call::new(0);
    let ended = RUNNING.with(|running| {
        let outer = running.room.replace(room);
        let copied = object::begin_copying(running);
        let ended = running.caught(|| {
            let ended = unsafe { body(frame, &at) };
            running.room.set(NO_ROOM);
            let told = ended.map_or_else(|fault| told(*fault, at.get()), |()| End::of(RETURNED));
            object::forget_copied(running);
            told
        });
        running.room.set(NO_ROOM);
        let ended = ended.unwrap_or_else(|payload| {
            let_go(running.caught(|| object::forget_copied(running)));
            ended_by(payload)
        });
        running.room.set(outer);
        object::end_copying(running, copied);
        if running.depth.get() == 0 {
            function::awake();
        }
        ended
    });
    unsafe { end.write(ended) };
}

/// Runs what may panic, which is told and not printed.
pub fn caught<T>(run: impl FnOnce() -> T) -> std::thread::Result<T> {
    RUNNING.with(|running| running.caught(run))
}

impl Running {
    fn caught<T>(&self, run: impl FnOnce() -> T) -> std::thread::Result<T> {
        self.depth.set(self.depth.get() + 1);
        let ended = catch_unwind(AssertUnwindSafe(run));
        self.depth.set(self.depth.get() - 1);
        ended
    }
}

/// Lets go of a value where nothing may unwind: a destructor may panic, and so
/// may that of what it has panicked with.
pub fn let_go<T>(value: T) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(value))) {
        std::mem::forget(payload);
    }
}

/// How a call ended that was refused, or returned an error.
fn told(fault: Fault, at: usize) -> End {
    match fault {
        Fault::Text(text) => End { text: give_text(&text), ..End::of(FAILED) },
        Fault::Wrong { text, is_range } => End {
            text: give_text(&text),
            stack: Span { address: at, length: usize::from(is_range) },
            ..End::of(REFUSED)
        },
        // Nobody ends an error: an object that it kept could not be changed any more.
        Fault::Borrowing(fault, keeps) if keeps.have_objects() => told(Fault::Text(String::from(fault)), at),
        Fault::Borrowing(fault, keeps) => {
            let _keeping = object::keeping(keeps);
            told(*fault, at)
        }
        Fault::Error(error, telling) => {
            let failure = object::Failure::new(error, telling);
            let text = give_text(failure.text());
            let address = object::hold(failure) as usize;
            End { text, stack: Span { address, length: 0 }, ..End::of(FAILED) }
        }
    }
}

fn ended_by(payload: Box<dyn std::any::Any + Send>) -> End {
    if let Some(Thrown(number)) = payload.downcast_ref::<Thrown>() {
        return End { stack: Span { address: 0, length: *number as usize }, ..End::of(RETHROWN) };
    }
    let (text, place) = PANIC.take();
    // Where the plugin has a hook of its own, there is no place.
    let text = if text.is_empty() { text_of(&*payload) } else { text };
    let_go(caught(|| drop(payload)));
    End { text: give_text(&text), stack: give_text(&format!("    at {place}")), ..End::of(PANICKED) }
}

/// An error of any kind, as far as it can be told: the first of these traits
/// that it has decides, by the number of references that finding it takes.
pub struct Told<E>(pub Cell<Option<E>>);

impl<E> Told<E> {
    pub fn of(error: E) -> Self {
        Told(Cell::new(Some(error)))
    }
}

pub trait ToldByHeld {
    fn fault(&self) -> Fault;
}
impl<E: Error + Held + 'static> ToldByHeld for &&&&&Told<E> {
    #[inline(never)]
    fn fault(&self) -> Fault {
        let error = self.0.take().unwrap();
        let telling = Telling {
            held: |error| error.downcast_ref::<E>().map_or(Any::Null, Held::held),
            plain: (!E::IS_SEND).then_some(|error| error.downcast_ref::<E>().map_or(Any::Null, Held::plain)),
        };
        Fault::Error(Box::new(error), Some(telling))
    }
}
pub trait ToldByError {
    fn fault(&self) -> Fault;
}
impl<E: Error + 'static> ToldByError for &&&&Told<E> {
    #[inline(never)]
    fn fault(&self) -> Fault {
        Fault::Error(Box::new(self.0.take().unwrap()), None)
    }
}
pub trait ToldByBox {
    fn fault(&self) -> Fault;
}
impl<E: Into<Box<dyn Error>>> ToldByBox for &&&Told<E> {
    #[inline(never)]
    fn fault(&self) -> Fault {
        Fault::Error(self.0.take().unwrap().into(), None)
    }
}
pub trait ToldByDisplay {
    fn fault(&self) -> Fault;
}
impl<E: Display> ToldByDisplay for &&Told<E> {
    #[inline(never)]
    fn fault(&self) -> Fault {
        Fault::Text(self.0.take().unwrap().to_string())
    }
}
pub trait ToldByDebug {
    fn fault(&self) -> Fault;
}
impl<E: Debug> ToldByDebug for &Told<E> {
    #[inline(never)]
    fn fault(&self) -> Fault {
        Fault::Text(format!("{:?}", self.0.take().unwrap()))
    }
}
pub trait Untold {
    fn fault(&self) -> Fault;
}
impl<E> Untold for Told<E> {
    #[inline(never)]
    fn fault(&self) -> Fault {
        Fault::Text("it failed, with an error that has no text".into())
    }
}

/// Gives what was returned, or the error: with what that borrows from, where
/// that is said, or as the text that it has.
#[macro_export]
macro_rules! tried {
    ($value:expr) => {
        $crate::tried!($value, |error| {
            #[allow(unused_imports)]
            use $crate::frame::{ToldByBox, ToldByDebug, ToldByDisplay, ToldByError, ToldByHeld, Untold};
            (&&&&&&$crate::frame::Told::of(error)).fault()
        })
    };
    ($value:expr, text) => {
        $crate::tried!($value, |error| {
            #[allow(unused_imports)]
            use $crate::frame::{ToldByDebug, ToldByDisplay, Untold};
            (&&&$crate::frame::Told::of(error)).fault()
        })
    };
    ($value:expr, $keeps:ident) => {
        $crate::tried!($value, |error| {
            #[allow(unused_imports)]
            use $crate::frame::{ToldByBox, ToldByDebug, ToldByDisplay, ToldByError, ToldByHeld, Untold};
            let fault = (&&&&&&$crate::frame::Told::of(error)).fault();
            $crate::frame::Fault::Borrowing(Box::new(fault), $keeps)
        })
    };
    ($value:expr, |$error:ident| $fault:expr) => {
        match $value {
            Ok(value) => value,
            Err($error) => return Err(Box::new($fault)),
        }
    };
}

/// Waits for what a future gives, on this thread, in the one runtime of a crate that
/// is built with tokio: its timers, sockets and tasks are there only in one.
#[cfg(runs_tokio)]
pub fn wait<F: Future>(future: F) -> F::Output {
    use plugin_tokio::runtime::{Builder, Runtime};
    static RUNTIME: std::sync::OnceLock<Runtime> = std::sync::OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| {
        #[cfg(runs_tokio_threads)]
        let mut builder = Builder::new_multi_thread();
        #[cfg(not(runs_tokio_threads))]
        let mut builder = Builder::new_current_thread();
        builder.enable_all().build().expect("tokio makes no runtime")
    });
    runtime.block_on(future)
}

/// Waits for what a future gives, on this thread.
#[cfg(not(runs_tokio))]
pub fn wait<F: Future>(future: F) -> F::Output {
    struct Waker(std::thread::Thread);
    impl std::task::Wake for Waker {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = std::sync::Arc::new(Waker(std::thread::current())).into();
    let mut context = std::task::Context::from_waker(&waker);
    let mut future = std::pin::pin!(future);
    loop {
        if let std::task::Poll::Ready(given) = future.as_mut().poll(&mut context) {
            return given;
        }
        std::thread::park();
    }
}
