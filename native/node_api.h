/*
 * What is used of Node-API. Deno, Bun and Node have it; in any other process
 * these are null, and nothing calls them.
 */
#ifndef PLUGIN_NODE_API_H
#define PLUGIN_NODE_API_H

#include <stddef.h>

typedef struct napi_env__ *napi_env;
typedef struct napi_value__ *napi_value;
typedef struct napi_ref__ *napi_ref;
typedef struct napi_handle_scope__ *napi_handle_scope;
typedef struct napi_callback_info__ *napi_callback_info;
typedef struct napi_threadsafe_function__ *napi_threadsafe_function;
typedef int napi_status;
typedef napi_value (*napi_callback)(napi_env, napi_callback_info);
typedef void (*napi_finalize)(napi_env, void *data, void *hint);
typedef void (*napi_call_js)(napi_env, napi_value function, void *context, void *data);

#define NODE_API(NAME, ...) __attribute__((weak)) napi_status napi_##NAME(__VA_ARGS__)

NODE_API(add_env_cleanup_hook, napi_env, void (*ended)(void *), void *context);
NODE_API(call_function, napi_env, napi_value receiver, napi_value function, size_t count,
         const napi_value *arguments, napi_value *result);
NODE_API(call_threadsafe_function, napi_threadsafe_function, void *data, int is_blocking);
NODE_API(close_handle_scope, napi_env, napi_handle_scope);
NODE_API(create_function, napi_env, const char *name, size_t length, napi_callback, void *data,
         napi_value *result);
NODE_API(create_reference, napi_env, napi_value, uint32_t count, napi_ref *result);
NODE_API(create_string_utf8, napi_env, const char *text, size_t length, napi_value *result);
NODE_API(create_threadsafe_function, napi_env, napi_value function, napi_value resource,
         napi_value name, size_t most, size_t threads, void *finalize_data, napi_finalize,
         void *context, napi_call_js, napi_threadsafe_function *result);
NODE_API(delete_reference, napi_env, napi_ref);
NODE_API(get_and_clear_last_exception, napi_env, napi_value *result);
NODE_API(get_cb_info, napi_env, napi_callback_info, size_t *count, napi_value *arguments,
         napi_value *receiver, void **data);
NODE_API(get_reference_value, napi_env, napi_ref, napi_value *result);
NODE_API(get_value_double, napi_env, napi_value, double *result);
NODE_API(open_handle_scope, napi_env, napi_handle_scope *result);
NODE_API(ref_threadsafe_function, napi_env, napi_threadsafe_function);
NODE_API(set_named_property, napi_env, napi_value object, const char *name, napi_value);
NODE_API(unref_threadsafe_function, napi_env, napi_threadsafe_function);

/* As long as its NUL says. */
#define NODE_API_AUTO_LENGTH ((size_t)-1)
#define NODE_API_OK 0

#endif
