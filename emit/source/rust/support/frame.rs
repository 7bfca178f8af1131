//! What a frame holds, and how a call ends. The layout is that of a manifest's
//! thunks: a text or a list is an address and a length, and 40 bytes say how
//! the call ended.

use std::cell::{Cell, RefCell};
use std::error::Error;
use std::fmt::{Debug, Display};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

use crate::any::{Any, Held};
use crate::function::Thrown;
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

pub const NOTHING: Span = Span { address: 0, length: 0 };

/// What stands for a packet behind the last value of an iterator.
pub const NO_VALUE: Span = Span { address: 0, length: usize::MAX };

impl Span {
    /// Views elements of the caller, who keeps them for the time of the call.
    pub fn slice<T: Copy>(self) -> &'static mut [T] {
        if self.length == 0 {
            return &mut [];
        }
        unsafe { std::slice::from_raw_parts_mut(self.address as *mut T, self.length) }
    }

    /// Views a text of the caller, which is UTF-8.
    pub fn text(self) -> &'static str {
        unsafe { std::str::from_utf8_unchecked(self.slice()) }
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
    let room = ROOM.get();
    if size == 0 || size > room.size as usize {
        return leave_bytes(from, size);
    }
    unsafe { std::ptr::copy_nonoverlapping(from, room.address as *mut u8, size) };
    let taken = (size + 7) & !7;
    ROOM.set(Room {
        address: room.address + taken,
        offset: room.offset + taken as u32,
        size: room.size.saturating_sub(taken as u32),
    });
    Span { address: room.offset as usize, length: size }
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

#[inline(never)]
pub fn give_text(text: &str) -> Span {
    give_slice(text.as_bytes())
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

/// Why a call did not return.
pub enum Fault {
    /// It returned an error, and what tells what that holds.
    Error(Box<dyn Error + 'static>, Telling),
    /// It returned an error that is only a text.
    Text(String),
    /// It was given what it does not take: of the right kind, and out of range; or of another kind.
    Wrong { text: String, is_range: bool },
}

/// Tells what an error holds.
pub type Telling = fn(&(dyn Error + 'static)) -> Any;

pub type Outcome<T> = Result<T, Fault>;

pub fn refuse<T>(text: impl Into<String>) -> Outcome<T> {
    Err(Fault::Text(text.into()))
}

/// Refuses an argument that is of another kind.
pub fn wrong<T>(text: impl Into<String>) -> Outcome<T> {
    Err(Fault::Wrong { text: text.into(), is_range: false })
}

/// Refuses an argument that is out of range.
pub fn out_of_range<T>(text: impl Into<String>) -> Outcome<T> {
    Err(Fault::Wrong { text: text.into(), is_range: true })
}

thread_local! {
    /// What is left of the room of the wrapper that is running.
    static ROOM: Cell<Room> = const { Cell::new(NO_ROOM) };
    /// How many wrappers are running.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    /// The text and the place of the last panic in one of them.
    static PANIC: RefCell<(String, String)> = const { RefCell::new((String::new(), String::new())) };
}

/// Keeps panics of wrappers from being printed: they are thrown.
fn watch_panics() {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(|| {
        let others = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if DEPTH.get() == 0 {
                return others(info);
            }
            let payload = info.payload();
            let text = payload
                .downcast_ref::<&str>()
                .map(|text| text.to_string())
                .or_else(|| payload.downcast_ref::<String>().cloned())
                .unwrap_or_else(|| "a value that is no text".into());
            let place = info.location().map(|at| at.to_string()).unwrap_or_default();
            PANIC.set((text, place));
        }));
    });
}

/// Runs what a wrapper does, and says how it ended; nothing unwinds into the caller.
/// The body is told where it writes which argument it is taking. It is called
/// through a pointer: what stands here is compiled once, and not for each wrapper.
pub fn run(end: &mut End, body: &mut dyn FnMut(&Cell<usize>) -> Outcome<()>) {
    run_in(NO_ROOM, end, body);
}

/// The same, where the caller has room for results.
#[inline(never)]
pub fn run_in(room: Room, end: &mut End, body: &mut dyn FnMut(&Cell<usize>) -> Outcome<()>) {
    watch_panics();
    DEPTH.set(DEPTH.get() + 1);
    let at = Cell::new(0);
    let outer = ROOM.replace(room);
    let ended = catch_unwind(AssertUnwindSafe(|| body(&at)));
    ROOM.set(NO_ROOM);
    DEPTH.set(DEPTH.get() - 1);
    object::forget_copied();
    *end = End { kind: RETURNED, text: NOTHING, stack: NOTHING };
    match ended {
        Ok(Ok(())) => {}
        Ok(Err(Fault::Text(text))) => {
            end.kind = FAILED;
            end.text = give_text(&text);
        }
        Ok(Err(Fault::Wrong { text, is_range })) => {
            end.kind = REFUSED;
            end.text = give_text(&text);
            end.stack = Span { address: at.get(), length: usize::from(is_range) };
        }
        Ok(Err(Fault::Error(error, held))) => {
            end.kind = FAILED;
            end.text = give_text(&error.to_string());
            end.stack.address = object::hold(object::Failure::new(error, held)) as usize;
        }
        Err(payload) => ended_by(end, payload),
    }
    ROOM.set(outer);
}

fn ended_by(end: &mut End, payload: Box<dyn std::any::Any + Send>) {
    if let Some(Thrown(number)) = payload.downcast_ref::<Thrown>() {
        end.kind = RETHROWN;
        end.stack.length = *number as usize;
        return;
    }
    let (text, place) = PANIC.take();
    end.kind = PANICKED;
    end.text = give_text(&text);
    end.stack = give_text(&format!("    at {place}"));
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
        Fault::Error(Box::new(error), |error| error.downcast_ref::<E>().map_or(Any::Null, Held::held))
    }
}
pub trait ToldByError {
    fn fault(&self) -> Fault;
}
impl<E: Error + 'static> ToldByError for &&&&Told<E> {
    #[inline(never)]
    fn fault(&self) -> Fault {
        Fault::Error(Box::new(self.0.take().unwrap()), |_| Any::Null)
    }
}
pub trait ToldByBox {
    fn fault(&self) -> Fault;
}
impl<E: Into<Box<dyn Error>>> ToldByBox for &&&Told<E> {
    #[inline(never)]
    fn fault(&self) -> Fault {
        Fault::Error(self.0.take().unwrap().into(), |_| Any::Null)
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

/// Gives what was returned, or the error.
#[macro_export]
macro_rules! tried {
    ($value:expr) => {
        match $value {
            Ok(value) => value,
            Err(error) => {
                #[allow(unused_imports)]
                use $crate::frame::{ToldByBox, ToldByDebug, ToldByDisplay, ToldByError, ToldByHeld, Untold};
                return Err((&&&&&&$crate::frame::Told::of(error)).fault());
            }
        }
    };
}

/// Waits for what a future gives, on this thread.
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
