/*
 * The library as an addon of Node-API: how JavaScript is called
 * and woken, faster than in a runtime's own way.
 *
 * Arguments and results do not cross as values of the engine: they lie in the
 * owner's `incoming`, and JavaScript is called with nothing.
 */
#include "support.h"

#include "node_api.h"

#include <sched.h>

/* Calls JavaScript; false where it did not run to its end. */
static int call(napi_env env, napi_value function) {
  napi_value unused;
  if (napi_call_function(env, function, function, 0, NULL, &unused) == NODE_API_OK) return 1;
  napi_get_and_clear_last_exception(env, &unused);
  return 0;
}

void plugin_addon_call(struct plugin_owner *owner, void *function) {
  napi_env env = owner->env;
  napi_handle_scope scope;
  napi_value value;
  int has_run = 0;
  if (env && napi_open_handle_scope(env, &scope) == NODE_API_OK) {
    if (napi_get_reference_value(env, function, &value) == NODE_API_OK) has_run = call(env, value);
    napi_close_handle_scope(env, scope);
  }
  if (has_run) return;
  owner->incoming.result = 0;
  atomic_fetch_or(&owner->stuck, PLUGIN_NOT_RUN);
}

void plugin_addon_forget(struct plugin_owner *owner, void *function) {
  if (owner->env) napi_delete_reference(owner->env, function);
}

void plugin_addon_ring(void *waker) { napi_call_threadsafe_function(waker, NULL, 0); }

/* On the owner's thread, some time after it was rung for. */
static void heard(napi_env env, napi_value function, void *context, void *unused) {
  (void)unused;
  struct plugin_owner *owner = context;
  if (!env) return;
  while (plugin_owner_serve(owner)) {
  }
  pthread_mutex_lock(&owner->mutex);
  int is_for_javascript = owner->finished != NULL || owner->stuck != 0 || owner->is_told;
  owner->is_told = 0;
  pthread_mutex_unlock(&owner->mutex);
  if (is_for_javascript) call(env, function);
}

/* The engine ends, before its thread does. */
static void engine_ended(void *context) {
  struct plugin_owner *owner = context;
  pthread_mutex_lock(&owner->mutex);
  owner->env = NULL;
  owner->waker = NULL;
  owner->is_alive = 0;
  plugin_request_refuse_all(owner);
  pthread_mutex_unlock(&owner->mutex);
  while (plugin_owner_is_ringing(owner)) sched_yield();
}

/* -------------------------------------------- functions that JavaScript sees */

#define MOST_ARGUMENTS 2

/* The owner whose function is called, and what with. */
static struct plugin_owner *arguments(napi_env env, napi_callback_info info, napi_value *values) {
  size_t count = MOST_ARGUMENTS;
  void *owner = NULL;
  napi_get_cb_info(env, info, &count, values, NULL, &owner);
  return owner;
}

/* An address, which is exact as a double. */
static void *address(napi_env env, napi_value value) {
  double number = 0;
  napi_get_value_double(env, value, &number);
  return (void *)(uintptr_t)number;
}

/* answer(address, function): that callback is answered by that function. */
static napi_value answer(napi_env env, napi_callback_info info) {
  napi_value values[MOST_ARGUMENTS];
  napi_ref function;
  arguments(env, info, values);
  if (napi_create_reference(env, values[1], 1, &function) == NODE_API_OK) {
    plugin_callback_answer(address(env, values[0]), function);
  }
  return NULL;
}

/* hold(), release(): whether the program waits for the owner to be rung. */
static napi_value hold(napi_env env, napi_callback_info info) {
  napi_value values[MOST_ARGUMENTS];
  napi_ref_threadsafe_function(env, arguments(env, info, values)->waker);
  return NULL;
}
static napi_value release(napi_env env, napi_callback_info info) {
  napi_value values[MOST_ARGUMENTS];
  napi_unref_threadsafe_function(env, arguments(env, info, values)->waker);
  return NULL;
}

static void add(napi_env env, napi_value object, const char *name, napi_callback function,
                void *data) {
  napi_value value;
  if (napi_create_function(env, name, NODE_API_AUTO_LENGTH, function, data, &value) ==
      NODE_API_OK) {
    napi_set_named_property(env, object, name, value);
  }
}

/* attach(owner, wake): makes those three, for that owner. They are properties of `wake`,
 * which is called when there is something for JavaScript. */
static napi_value attach(napi_env env, napi_callback_info info) {
  napi_value values[MOST_ARGUMENTS], value;
  arguments(env, info, values);
  struct plugin_owner *owner = address(env, values[0]);
  napi_threadsafe_function waker;
  if (napi_create_string_utf8(env, "plugin", NODE_API_AUTO_LENGTH, &value) != NODE_API_OK ||
      napi_create_threadsafe_function(env, values[1], NULL, value, 0, 1, NULL, NULL, owner, heard,
                                      &waker) != NODE_API_OK) {
    return NULL;
  }
  napi_unref_threadsafe_function(env, waker);
  if (napi_add_env_cleanup_hook(env, engine_ended, owner) != NODE_API_OK) return NULL;
  pthread_mutex_lock(&owner->mutex);
  owner->env = env;
  owner->waker = waker;
  pthread_mutex_unlock(&owner->mutex);
  add(env, values[1], "answer", answer, owner);
  add(env, values[1], "hold", hold, owner);
  add(env, values[1], "release", release, owner);
  return values[1];
}

PLUGIN_EXPORT napi_value napi_register_module_v1(napi_env env, napi_value exports);
napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  add(env, exports, "attach", attach, NULL);
  return exports;
}
