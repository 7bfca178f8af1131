//! Objects: values of Rust that the caller holds. Each handle is a slot of a
//! table and the slot's generation, so that nobody reaches a value that was let
//! go of. What borrows from a value keeps it alive, and keeps others from
//! changing it meanwhile.
//!
//! What is said for each type here is short, and calls what knows of no type:
//! that is compiled once, and not for each type of a crate.

use std::any::TypeId;
use std::cell::UnsafeCell;
use std::collections::HashSet;
use std::error::Error;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicBool, AtomicIsize, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, RwLock};
use std::thread::ThreadId;

use crate::any::Any;
use crate::frame::{Fault, Outcome, RUNNING, Running, Telling, caught, let_go, refuse, wrong};

/// What lives at least as long as a value that was made of it.
pub type Keep = Arc<dyn std::any::Any>;

/// A value, or what is borrowed from one.
pub struct Object {
    /// What it is called.
    name: &'static str,
    type_id: TypeId,
    place: Place,
    /// The only thread that may touch it; none where any may.
    home: Option<ThreadId>,
    /// Callers that read it; -1 while one changes it.
    users: AtomicIsize,
    /// Living values that borrow from it.
    borrows: AtomicUsize,
    /// Those of them that may change it.
    changers: AtomicUsize,
    /// What it borrows from, which goes after it; more with what it is given.
    keeps: Mutex<Vec<Keep>>,
    /// Those of them that may be changed through it.
    owners: Mutex<Vec<Keep>>,
    /// Whether it is there only while a function of the caller is called, or
    /// borrows from what is.
    is_lent: bool,
    /// Whether somebody has a reference to it until the process ends.
    is_for_ever: AtomicBool,
}

enum Place {
    Owned(UnsafeCell<Option<Box<dyn std::any::Any>>>),
    Borrowed { address: *mut (), is_mutable: bool },
}

// Who touches the value is looked at with each call.
unsafe impl Send for Object {}
unsafe impl Sync for Object {}

/// Counts as a borrow for as long as it lives.
struct Borrow {
    of: Arc<Object>,
    is_mutable: bool,
}

impl Borrow {
    fn of(of: Arc<Object>, is_mutable: bool) -> Self {
        of.borrows.fetch_add(1, Ordering::AcqRel);
        of.changers.fetch_add(usize::from(is_mutable), Ordering::AcqRel);
        Borrow { of, is_mutable }
    }
}

impl Drop for Borrow {
    fn drop(&mut self) {
        self.of.borrows.fetch_sub(1, Ordering::AcqRel);
        self.of.changers.fetch_sub(usize::from(self.is_mutable), Ordering::AcqRel);
    }
}

impl Drop for Object {
    fn drop(&mut self) {
        let is_elsewhere = self.is_elsewhere();
        if let Place::Owned(value) = &mut self.place {
            let value = value.get_mut().take();
            // A value of another thread is left where it is, never dropped elsewhere.
            if is_elsewhere {
                std::mem::forget(value);
            } else {
                drop(value);
            }
        }
        self.owners.get_mut().unwrap_or_else(|error| error.into_inner()).clear();
        drop_in_turn(std::mem::take(self.keeps.get_mut().unwrap_or_else(|error| error.into_inner())));
    }
}

/// Drops one after the other, also what those keep: a chain of them may be longer
/// than the stack is deep.
fn drop_in_turn(keeps: Vec<Keep>) {
    thread_local! {
        static LEFT: std::cell::RefCell<Option<Vec<Keep>>> = const { std::cell::RefCell::new(None) };
    }
    if keeps.is_empty() {
        return;
    }
    let mut keeps = Some(keeps);
    let is_first = LEFT.try_with(|left| {
        let mut left = left.borrow_mut();
        let is_first = left.is_none();
        left.get_or_insert_default().extend(keeps.take().unwrap());
        is_first
    });
    // Where the thread ends, there is no list: what is left is dropped here.
    if !is_first.unwrap_or(false) {
        return;
    }
    while let Some(one) = LEFT.with_borrow_mut(|left| left.as_mut().and_then(Vec::pop)) {
        let_go(one);
    }
    LEFT.set(None);
}

impl Object {
    fn is_elsewhere(&self) -> bool {
        self.home.is_some_and(|home| home != std::thread::current().id())
    }

    fn keeps(&self) -> MutexGuard<'_, Vec<Keep>> {
        self.keeps.lock().unwrap()
    }

    fn address(&self) -> Option<*mut ()> {
        match &self.place {
            Place::Borrowed { address, .. } => Some(*address),
            Place::Owned(value) => {
                let value = unsafe { &mut *value.get() };
                value.as_mut().map(|value| &raw mut **value as *mut ())
            }
        }
    }

    /// What may be done with it, by this thread and as a value of that type.
    fn check(&self, type_id: TypeId) -> Outcome<()> {
        if self.type_id != type_id {
            return wrong(format!("wanted another type, got {}", self.name));
        }
        if self.is_elsewhere() {
            return refuse(format!(
                "a {} belongs to the thread that made it: it is not Send",
                self.name
            ));
        }
        Ok(())
    }
}

struct Slot {
    object: Option<Arc<Object>>,
    generation: u32,
    next: u32,
}

/// What the caller holds. Slot 0 stands for nothing.
struct Table {
    slots: Vec<Slot>,
    free: u32,
}

static TABLE: RwLock<Table> = RwLock::new(Table { slots: Vec::new(), free: 0 });

/// How many generations a slot has: JavaScript holds a handle as a number.
const GENERATIONS: u32 = 1 << 21;

fn insert(object: Arc<Object>) -> u64 {
    let table = &mut *TABLE.write().unwrap();
    if table.slots.is_empty() {
        table.slots.push(Slot { object: None, generation: 0, next: 0 });
    }
    let mut index = table.free;
    if index == 0 {
        index = table.slots.len() as u32;
        table.slots.push(Slot { object: None, generation: 0, next: 0 });
    } else {
        table.free = table.slots[index as usize].next;
    }
    let slot = &mut table.slots[index as usize];
    slot.object = Some(object);
    u64::from(slot.generation) << 32 | u64::from(index)
}

fn remove(handle: u64) -> Option<Arc<Object>> {
    let table = &mut *TABLE.write().unwrap();
    let index = handle as u32;
    let slot = table.slots.get_mut(index as usize)?;
    if slot.generation != (handle >> 32) as u32 {
        return None;
    }
    let object = slot.object.take()?;
    slot.generation = (slot.generation + 1) % GENERATIONS;
    slot.next = table.free;
    table.free = index;
    Some(object)
}

fn find(handle: u64) -> Outcome<Arc<Object>> {
    let table = TABLE.read().unwrap();
    let found = table
        .slots
        .get(handle as u32 as usize)
        .filter(|slot| slot.generation == (handle >> 32) as u32)
        .and_then(|slot| slot.object.clone());
    found.map_or_else(|| wrong("wanted an object, got one that was given away"), Ok)
}

/// Lets go of a value.
#[unsafe(no_mangle)]
pub extern "C" fn plugin_release(handle: u64) {
    // A destructor that panics must not end the process.
    let_go(remove(handle));
}

/// A type whose values stay here.
pub trait Class: Sized + 'static {
    const NAME: &'static str;
    /// Whether another thread may have it.
    const IS_SEND: bool;
}

/// What a call keeps for the values that it gives.
#[derive(Clone, Default)]
pub struct Keeps(Vec<Keep>);

impl Keeps {
    /// A text that lives as long as what is made of it.
    pub fn text(&mut self, text: &str) -> &'static str {
        let kept: Arc<Box<str>> = Arc::new(text.into());
        let view: &'static str = unsafe { &*(&raw const **kept) };
        self.0.push(kept);
        view
    }

    /// Elements that live as long as what is made of them.
    pub fn slice<T: Copy + 'static>(&mut self, from: &[T]) -> &'static [T] {
        let kept: Arc<Box<[T]>> = Arc::new(from.into());
        let view: &'static [T] = unsafe { &*(&raw const **kept) };
        self.0.push(kept);
        view
    }

    /// A value that lives as long as what is made of it.
    pub fn value<T: 'static>(&mut self, value: T) -> &'static mut T {
        let kept = Arc::new(UnsafeCell::new(value));
        let view = unsafe { &mut *kept.get() };
        self.0.push(kept);
        view
    }

    /// What the objects that were copied out of a packet borrow from.
    pub fn adopt(&mut self) {
        self.0.append(&mut COPIED.take());
    }

    /// Whether an object is borrowed from for as long as these are kept.
    pub fn have_objects(&self) -> bool {
        self.0.iter().any(|keep| keep.is::<Borrow>())
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// What was added since there were so many.
    pub fn since(&self, before: usize) -> &[Keep] {
        &self.0[before..]
    }

    #[inline(never)]
    fn object(&mut self, object: &Arc<Object>, is_mutable: bool) {
        self.0.push(Arc::new(Borrow::of(object.clone(), is_mutable)));
    }

    #[inline(never)]
    pub fn extend(&mut self, keeps: &[Keep]) {
        self.0.extend(keeps.iter().cloned());
    }
}

thread_local! {
    /// What the values that are given just now borrow from.
    static KEEPS: std::cell::RefCell<Vec<Keep>> = const { std::cell::RefCell::new(Vec::new()) };
    /// What those borrow from that this call has copied, or has been given.
    static COPIED: std::cell::RefCell<Vec<Keep>> = const { std::cell::RefCell::new(Vec::new()) };
}

/// Copies a value, which may borrow as it does.
pub fn copy<T: Clone + 'static>(handle: u64) -> Outcome<T> {
    let shared = Shared::<T>::of(handle)?;
    shared.held.note_copy();
    Ok(shared.get().clone())
}

/// What these keep is there until the call ends.
#[inline(never)]
fn note_copied(keeps: Vec<Keep>) {
    if !keeps.is_empty() {
        RUNNING.with(|running| running.has_copied.set(true));
        COPIED.with_borrow_mut(|copied| copied.extend(keeps));
    }
}

/// A call begins, with nothing copied. It may be inside another one, in a
/// function of JavaScript: what that has is given, and set again behind it.
pub fn begin_copying(running: &Running) -> Vec<Keep> {
    if running.has_copied.take() { COPIED.take() } else { Vec::new() }
}

/// The call has ended: what it has copied and not kept is gone.
pub fn forget_copied(running: &Running) {
    drop(begin_copying(running));
}

/// What the call around one that has ended has copied is there again.
pub fn end_copying(running: &Running, before: Vec<Keep>) {
    // What destructors have copied since goes when nothing is borrowed.
    if running.has_copied.replace(!before.is_empty()) || !before.is_empty() {
        let_go(COPIED.replace(before));
    }
}

/// What is given while this lives keeps alive what it borrows from.
pub struct Keeping {
    before: Vec<Keep>,
}

/// Has what is given from now on keep these.
#[inline(never)]
pub fn keeping(keeps: Keeps) -> Keeping {
    Keeping { before: KEEPS.replace(keeps.0) }
}

impl Drop for Keeping {
    #[inline(never)]
    fn drop(&mut self) {
        KEEPS.set(std::mem::take(&mut self.before));
    }
}

/// What is known of the values of a type.
struct Kind {
    name: &'static str,
    type_id: TypeId,
    is_send: bool,
}

impl Kind {
    const fn of<T: Class>() -> Self {
        Kind { name: T::NAME, type_id: TypeId::of::<T>(), is_send: T::IS_SEND }
    }
}

#[inline(never)]
fn insert_new(kind: Kind, place: Place) -> u64 {
    insert(Arc::new(new_object(kind, place, false)))
}

fn new_object(kind: Kind, place: Place, is_lent: bool) -> Object {
    let keeps = KEEPS.with_borrow(|keeps| keeps.clone());
    // Nobody else may be at it when what was lent ends.
    let is_lent = is_lent || are_lent(&keeps);
    let is_here = is_lent || !kind.is_send;
    let owners = keeps.iter().filter(|keep| changed_by(keep).is_some()).cloned().collect();
    Object {
        name: kind.name,
        type_id: kind.type_id,
        place,
        home: is_here.then(|| std::thread::current().id()),
        users: AtomicIsize::new(0),
        borrows: AtomicUsize::new(0),
        changers: AtomicUsize::new(0),
        keeps: Mutex::new(keeps),
        owners: Mutex::new(owners),
        is_lent,
        is_for_ever: AtomicBool::new(false),
    }
}

/// Whether what is kept is there only while a function of the caller is called.
fn are_lent(keeps: &[Keep]) -> bool {
    keeps.iter().any(|keep| keep.downcast_ref::<Borrow>().is_some_and(|borrow| borrow.of.is_lent))
}

/// Whether what is kept borrows from an object, however far.
fn borrows_from(keeps: &[Keep], wanted: &Object) -> bool {
    let borrows = |keeps: &[Keep]| -> Vec<Keep> { keeps.iter().filter(|keep| keep.is::<Borrow>()).cloned().collect() };
    let mut seen = HashSet::new();
    let mut left = borrows(keeps);
    while let Some(keep) = left.pop() {
        let Some(Borrow { of, .. }) = keep.downcast_ref() else { continue };
        if std::ptr::eq(&**of, wanted) {
            return true;
        }
        if seen.insert(Arc::as_ptr(of)) {
            left.append(&mut borrows(&of.keeps()));
        }
    }
    false
}

/// Keeps with an object, and with what it is a part of, what it is given.
#[inline(never)]
fn store(object: &Object, given: &[Keep]) -> Outcome<()> {
    // Two that are given to each other at once would keep each other for ever.
    static ONE: Mutex<()> = Mutex::new(());
    if object.is_lent && !given.is_empty() {
        return refuse(format!("this {} is there for this call, and cannot keep what it is given", object.name));
    }
    if are_lent(given) {
        return refuse(format!("this {} cannot keep what is there only while a function is called", object.name));
    }
    let _one = ONE.lock().unwrap();
    let mut left = store_in(object, given);
    let mut seen = HashSet::new();
    while let Some(keep) = left.pop() {
        if let Some(owner) = changed_by(&keep) {
            if seen.insert(std::ptr::from_ref(owner)) {
                left.append(&mut store_in(owner, given));
            }
        }
    }
    Ok(())
}

/// How many of those that were kept last are not kept a second time.
const MAX_COMPARED: usize = 64;

/// Keeps with one object what it is given, and tells what may be changed through it.
fn store_in(object: &Object, given: &[Keep]) -> Vec<Keep> {
    // What borrows from it would keep it for ever.
    let others = given.iter().filter(|keep| !borrows_from(std::slice::from_ref(*keep), object));
    let others: Vec<Keep> = others.cloned().collect();
    let mut owners = object.owners.lock().unwrap();
    let before = owners.clone();
    let mut keeps = object.keeps();
    for one in others {
        let mut last = keeps.iter().rev().take(MAX_COMPARED);
        if last.any(|known| Arc::ptr_eq(known, &one)) {
            continue;
        }
        if changed_by(&one).is_some() {
            owners.push(one.clone());
        }
        keeps.push(one);
    }
    before
}

/// What may be changed through what keeps it.
fn changed_by(keep: &Keep) -> Option<&Object> {
    keep.downcast_ref::<Borrow>().filter(|borrow| borrow.is_mutable).map(|borrow| &*borrow.of)
}

/// What a function of the caller has while it is called: afterwards it is gone,
/// and so is what was made of it.
pub struct Lent {
    handle: u64,
    object: Arc<Object>,
}

impl Lent {
    /// # Safety
    ///
    /// A `T` lies there, for as long as this lives.
    pub unsafe fn to_read<T: Class>(address: *const ()) -> Lent {
        Lent::new(Kind::of::<T>(), Place::Borrowed { address: address.cast_mut(), is_mutable: false })
    }

    /// # Safety
    ///
    /// A `T` lies there, for as long as this lives, and nobody else has it.
    pub unsafe fn to_change<T: Class>(address: *mut ()) -> Lent {
        Lent::new(Kind::of::<T>(), Place::Borrowed { address, is_mutable: true })
    }

    #[inline(never)]
    fn new(kind: Kind, place: Place) -> Lent {
        let object = Arc::new(new_object(kind, place, true));
        Lent { handle: insert(object.clone()), object }
    }

    pub fn handle(&self) -> u64 {
        self.handle
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        remove(self.handle);
        if Arc::strong_count(&self.object) == 1 {
            return;
        }
        let of_it: Vec<u64> = {
            let table = TABLE.read().unwrap();
            let of_it = |one: &Arc<Object>| one.is_lent && borrows_from(&one.keeps(), &self.object);
            let all = table.slots.iter().enumerate();
            all.filter(|(_, slot)| slot.object.as_ref().is_some_and(of_it))
                .map(|(index, slot)| u64::from(slot.generation) << 32 | index as u64)
                .collect()
        };
        of_it.into_iter().for_each(|handle| plugin_release(handle));
    }
}

/// Gives a value a handle.
pub fn hold<T: Class>(value: T) -> u64 {
    let value: Box<dyn std::any::Any> = Box::new(value);
    insert_new(Kind::of::<T>(), Place::Owned(UnsafeCell::new(Some(value))))
}

/// Gives what is borrowed a handle.
pub fn lend<T: Class>(value: &T) -> u64 {
    let address = &raw const *value as *mut ();
    insert_new(Kind::of::<T>(), Place::Borrowed { address, is_mutable: false })
}

/// Gives what is borrowed, and may be changed, a handle.
pub fn lend_mut<T: Class>(value: &mut T) -> u64 {
    let address = &raw mut *value as *mut ();
    insert_new(Kind::of::<T>(), Place::Borrowed { address, is_mutable: true })
}

/// A value that a call uses.
pub trait Used {
    /// Whether what borrows from it may change it.
    const IS_MUTABLE: bool;

    fn object(&self) -> &Arc<Object>;

    /// Keeps the value itself.
    fn keep(&self, keeps: &mut Keeps) {
        keeps.object(self.object(), Self::IS_MUTABLE);
    }

    /// Keeps with the value what it was given.
    fn store(&self, keeps: Keeps) -> Outcome<()> {
        store(self.object(), &keeps.0)
    }
}

/// What a call has of a value, whose own values may go on borrowing as it does.
pub trait Inherited {
    /// Keeps what the value borrows from.
    fn inherit(&self, keeps: &mut Keeps);
}

impl<T> Inherited for Shared<T> {
    fn inherit(&self, keeps: &mut Keeps) {
        keeps.extend(&self.held.object.keeps());
    }
}

impl<T> Inherited for Exclusive<T> {
    fn inherit(&self, keeps: &mut Keeps) {
        keeps.extend(&self.held.object.keeps());
    }
}

impl<T> Inherited for Taken<T> {
    fn inherit(&self, keeps: &mut Keeps) {
        keeps.extend(&self.keeps);
    }
}

impl<T: Inherited> Inherited for Option<T> {
    fn inherit(&self, keeps: &mut Keeps) {
        if let Some(one) = self {
            one.inherit(keeps);
        }
    }
}

impl<T> Used for Shared<T> {
    const IS_MUTABLE: bool = false;

    fn object(&self) -> &Arc<Object> {
        &self.held.object
    }
}

impl<T> Used for Exclusive<T> {
    const IS_MUTABLE: bool = true;

    fn object(&self) -> &Arc<Object> {
        &self.held.object
    }
}

/// A value that is read.
pub struct Shared<T> {
    held: Reading,
    of: PhantomData<T>,
}

impl<T: 'static> Shared<T> {
    pub fn of(handle: u64) -> Outcome<Self> {
        Ok(Shared { held: Reading::of(handle, TypeId::of::<T>())?, of: PhantomData })
    }

    pub fn get(&self) -> &T {
        self.kept()
    }

    /// The value of which it was said that it is kept for as long as it is wanted.
    pub fn kept(&self) -> &'static T {
        unsafe { &*self.held.address.cast::<T>() }
    }

    /// The value, where what it borrows from is there for this call and no longer.
    ///
    /// # Safety
    ///
    /// `U` is `T` with other lifetimes.
    pub unsafe fn brief<U>(&self) -> &U {
        unsafe { &*self.held.address.cast::<U>() }
    }

    /// The value, which stays from now on until the process ends: once, however
    /// often it is given.
    pub fn for_ever(&self) -> Outcome<&'static T> {
        self.held.stay()?;
        Ok(self.kept())
    }
}

/// What a value is read by, whatever its type.
struct Reading {
    object: Arc<Object>,
    address: *mut (),
}

impl Reading {
    #[inline(never)]
    fn of(handle: u64, type_id: TypeId) -> Outcome<Self> {
        let object = find(handle)?;
        object.check(type_id)?;
        if object.users.fetch_add(1, Ordering::AcqRel) < 0 {
            object.users.fetch_sub(1, Ordering::AcqRel);
            return refuse(format!("the {} is being changed by a call that has not ended", object.name));
        }
        let mut reading = Reading { object, address: std::ptr::null_mut() };
        // Who may change it has become so in a call, which has ended.
        if reading.object.changers.load(Ordering::Acquire) > 0 {
            return refuse(format!(
                "the {} cannot be read: what may change it borrows from it and is alive; end it with using",
                reading.object.name
            ));
        }
        match reading.object.address() {
            Some(address) => {
                reading.address = address;
                Ok(reading)
            }
            None => wrong("wanted an object, got one that was given away"),
        }
    }

    /// Has the value stay until the process ends, if it borrows from nothing.
    #[inline(never)]
    fn stay(&self) -> Outcome<()> {
        let object = &self.object;
        if object.is_lent || !object.keeps().is_empty() {
            return wrong("wanted an object that borrows from nothing, as it is kept for ever, got one that borrows");
        }
        if !object.is_for_ever.swap(true, Ordering::AcqRel) {
            std::mem::forget(Borrow::of(object.clone(), false));
        }
        Ok(())
    }

    /// What a copy of the value borrows from is kept for this call.
    #[inline(never)]
    fn note_copy(&self) {
        note_copied(self.object.keeps().clone());
    }
}

impl Drop for Reading {
    #[inline(never)]
    fn drop(&mut self) {
        self.object.users.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A value that is changed.
pub struct Exclusive<T> {
    held: Changing,
    of: PhantomData<T>,
}

impl<T: 'static> Exclusive<T> {
    pub fn of(handle: u64) -> Outcome<Self> {
        Ok(Exclusive { held: Changing::of(handle, TypeId::of::<T>())?, of: PhantomData })
    }

    pub fn get(&mut self) -> &mut T {
        self.kept()
    }

    /// The value of which it was said that it is kept for as long as it is wanted.
    pub fn kept(&mut self) -> &'static mut T {
        unsafe { &mut *self.held.address.cast::<T>() }
    }

    /// The value, where what it borrows from is there for this call and no longer.
    ///
    /// # Safety
    ///
    /// `U` is `T` with other lifetimes.
    pub unsafe fn brief<U>(&mut self) -> &mut U {
        unsafe { &mut *self.held.address.cast::<U>() }
    }

    /// A handle for what a method gave: its own, where it is this value.
    pub fn again_or_lend(&self, own: u64, value: &mut T) -> u64
    where
        T: Class,
    {
        if self.held.address == (&raw mut *value).cast() { own } else { lend_mut(value) }
    }
}

/// What a value is changed by, whatever its type.
struct Changing {
    object: Arc<Object>,
    address: *mut (),
}

impl Changing {
    #[inline(never)]
    fn of(handle: u64, type_id: TypeId) -> Outcome<Self> {
        let object = find(handle)?;
        object.check(type_id)?;
        let name = object.name;
        if matches!(object.place, Place::Borrowed { is_mutable: false, .. }) {
            return refuse(format!("this {name} is borrowed from another value, which nobody may change"));
        }
        if object.users.compare_exchange(0, -1, Ordering::AcqRel, Ordering::Acquire).is_err() {
            return refuse(format!("the {name} is in use by a call that has not ended"));
        }
        let mut changing = Changing { object, address: std::ptr::null_mut() };
        // What borrows from it has come out of a call, which has ended.
        let borrows = changing.object.borrows.load(Ordering::Acquire);
        if changing.object.is_for_ever.load(Ordering::Acquire) {
            return refuse(format!("the {name} cannot be changed: what it was given to has it until the process ends"));
        }
        if borrows > 0 {
            return refuse(format!(
                "the {name} cannot be changed: {borrows} that borrow from it are alive; end them with using"
            ));
        }
        match changing.object.address() {
            Some(address) => {
                changing.address = address;
                Ok(changing)
            }
            None => wrong("wanted an object, got one that was given away"),
        }
    }

    /// The value itself, which the caller has no more, and what it borrows from.
    #[inline(never)]
    fn take(handle: u64, type_id: TypeId) -> Outcome<(Box<dyn std::any::Any>, Vec<Keep>)> {
        let Changing { object, .. } = &Changing::of(handle, type_id)?;
        let keeps = object.keeps().clone();
        let Place::Owned(value) = &object.place else {
            return refuse(format!("this {} is borrowed from another value: it cannot be given away", object.name));
        };
        let value = unsafe { &mut *value.get() }.take().unwrap();
        drop(remove(handle));
        Ok((value, keeps))
    }
}

impl Drop for Changing {
    #[inline(never)]
    fn drop(&mut self) {
        self.object.users.store(0, Ordering::Release);
    }
}

/// A value that the caller has given away.
pub struct Taken<T> {
    value: T,
    keeps: Vec<Keep>,
}

impl<T> Taken<T> {
    /// The value. What it borrows from is there until the call ends.
    pub fn get(self) -> T {
        note_copied(self.keeps);
        self.value
    }

    /// The value, where what it borrows from is there for this call and no longer.
    ///
    /// # Safety
    ///
    /// `U` is `T` with other lifetimes.
    pub unsafe fn brief<U>(self) -> U {
        unsafe { brief(self.get()) }
    }

    /// The value, if it borrows from nothing: who has it may keep it for ever.
    pub fn lasting(self) -> Outcome<T> {
        if self.keeps.is_empty() {
            return Ok(self.value);
        }
        wrong("wanted an object that borrows from nothing, as it may be kept for ever, got one that borrows")
    }
}

/// A value of which all that it borrows from is there for this call and no longer.
///
/// # Safety
///
/// `U` is `T` with other lifetimes.
pub unsafe fn brief<T, U>(value: T) -> U {
    assert!(size_of::<T>() == size_of::<U>());
    let value = ManuallyDrop::new(value);
    unsafe { (&raw const value).cast::<U>().read() }
}

/// Takes a value from the caller, who has it no more.
pub fn take<T: 'static>(handle: u64) -> Outcome<Taken<T>> {
    let (value, keeps) = Changing::take(handle, TypeId::of::<T>())?;
    // Of that type it is: that was looked at.
    let value = unsafe { Box::from_raw(Box::into_raw(value).cast::<T>()) };
    Ok(Taken { value: *value, keeps })
}

/// The value itself among others, which the caller has no more.
pub fn given_away<T: 'static>(handle: u64) -> Outcome<T> {
    Ok(take(handle)?.get())
}

/// Whether an object is a value of a type.
pub fn is<T: 'static>(handle: u64) -> bool {
    is_of(handle, TypeId::of::<T>())
}

#[inline(never)]
fn is_of(handle: u64, type_id: TypeId) -> bool {
    find(handle).is_ok_and(|object| object.type_id == type_id)
}

/// How a value comes out of its object: a copy of it where it is Copy, and else
/// the value itself; of two functions the one of the type itself counts, where
/// its bounds hold.
pub struct Given<T>(PhantomData<T>);

impl<T: Copy + 'static> Given<T> {
    pub fn of(handle: u64) -> Outcome<Taken<T>> {
        let shared = Shared::<T>::of(handle)?;
        Ok(Taken { value: *shared.get(), keeps: shared.held.object.keeps().clone() })
    }
}
pub trait GivenAway<T> {
    fn of(handle: u64) -> Outcome<Taken<T>>;
}
impl<T: 'static> GivenAway<T> for Given<T> {
    fn of(handle: u64) -> Outcome<Taken<T>> {
        take(handle)
    }
}

/// The same, of what may be null.
pub fn take_or_none<T: 'static>(handle: u64) -> Outcome<Option<T>> {
    Ok(if handle == 0 { None } else { Some(take(handle)?.get()) })
}

/// Tells whether the values of a type may be touched by other threads: of two
/// constants the one of the type itself counts, where its bounds hold.
pub struct Threads<T>(PhantomData<T>);

impl<T: Send + Sync> Threads<T> {
    pub const ARE_MANY: bool = true;
}
pub trait OneThread {
    const ARE_MANY: bool = false;
}
impl<T> OneThread for Threads<T> {}

/// An error that a call returned. Any thread may have it: who awaits a call that
/// ran elsewhere asks it as who has called himself.
pub struct Failure {
    /// Its text, and that of each error that it comes from.
    texts: Arc<[String]>,
    /// Which of the chain this is: 0 is the error itself.
    depth: usize,
    /// The error, where something tells what that holds.
    whole: Option<Whole>,
}

/// An error itself, and what tells of it.
struct Whole {
    error: ManuallyDrop<Box<dyn Error>>,
    held: fn(&(dyn Error + 'static)) -> Any,
    /// The only thread that may touch it, where there is one, and what others are told.
    home: Option<(ThreadId, Any)>,
}

/// How many errors are told that an error comes from.
const MAX_SOURCES: usize = 64;

impl Class for Failure {
    const NAME: &'static str = "error";
    const IS_SEND: bool = true;
}

impl Failure {
    pub fn new(error: Box<dyn Error>, telling: Option<Telling>) -> Self {
        let mut texts = vec![error.to_string()];
        let mut next = error.source();
        // One that comes from itself has no first.
        while let Some(source) = next.filter(|_| texts.len() <= MAX_SOURCES) {
            texts.push(source.to_string());
            next = source.source();
        }
        let whole = telling.map(|telling| Whole::new(error, telling));
        Failure { texts: texts.into(), depth: 0, whole }
    }

    /// Its text.
    pub fn text(&self) -> &str {
        &self.texts[self.depth]
    }

    /// Its variant and its fields, or the object that it is.
    pub fn held(&self) -> Any {
        self.whole.as_ref().map_or(Any::Null, Whole::held)
    }

    /// What it comes from.
    pub fn unwrap(&self) -> Option<Failure> {
        let depth = self.depth + 1;
        (depth < self.texts.len()).then(|| Failure { texts: self.texts.clone(), depth, whole: None })
    }

    /// Whether it says the same as another one.
    pub fn is(&self, other: &Failure) -> bool {
        self.text() == other.text()
    }
}

impl Whole {
    fn new(error: Box<dyn Error>, Telling { held, plain }: Telling) -> Self {
        // What panics when it is told of is not told of.
        let told = plain.map(|plain| caught(|| plain(&*error)).unwrap_or_else(|payload| {
            let_go(payload);
            Any::Null
        }));
        let home = told.map(|told| (std::thread::current().id(), told));
        Whole { error: ManuallyDrop::new(error), held, home }
    }

    /// What is told of it to other threads than its own.
    fn elsewhere(&self) -> Option<&Any> {
        self.home.as_ref().filter(|(home, _)| *home != std::thread::current().id()).map(|(_, told)| told)
    }

    fn held(&self) -> Any {
        self.elsewhere().cloned().unwrap_or_else(|| (self.held)(&**self.error))
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        // An error of another thread is left where it is, never dropped elsewhere.
        if self.elsewhere().is_none() {
            unsafe { ManuallyDrop::drop(&mut self.error) };
        }
    }
}

impl From<Box<Fault>> for String {
    fn from(fault: Box<Fault>) -> String {
        match *fault {
            Fault::Error(error, _) => error.to_string(),
            Fault::Borrowing(fault, _keeps) => String::from(fault),
            Fault::Text(text) | Fault::Wrong { text, .. } => text,
        }
    }
}
