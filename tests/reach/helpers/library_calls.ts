/**
 * One real call of each library of `libraries.txt`, and what it gives.
 *
 * @module
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { open, type Plugin, variable } from "@native/plugin";

/** A function, what it is called with, and what it gives: an address that is not null, a text by a pattern, or a value. */
type Call = readonly [
  name: string,
  args: readonly unknown[],
  gives: RegExp | number | string | null | typeof ADDRESS,
  /** Where the header leaves it open whether an address is a text. */
  type?: string,
];

const ADDRESS = Symbol("an address");
const VERSION = /\d+\.\d+/;
const KEY = 0xff0d;

/** The functions of some libraries take what has to be made first. */
type Calls = Call | ((library: Plugin) => Call);

const CALLS: Readonly<Record<string, Calls | undefined>> = {
  "libarchive": ["archive_version_string", [], /^libarchive 3/],
  "alsa": ["snd_strerror", [-2], "No such file or directory"],
  "blkid": ["blkid_known_fstype", ["ext4"], 1],
  "libbrotlidec": ["BrotliDecoderErrorString", [0], "NO_ERROR"],
  "libbrotlienc": ["BrotliEncoderMaxCompressedSize", [100], 106],
  "cairo": ["cairo_status_to_string", [1], "out of memory"],
  "libcrypt": ["crypt_preferred_method", [], "$y$"],
  "libcurl": ["curl_easy_strerror", [6], /resolve host/],
  "dbus-1": ["dbus_message_type_to_string", [4], "signal"],
  "libdecor-0": ["libdecor_state_new", [3, 4], ADDRESS],
  "libdrm": ["drmModeGetConnectorTypeName", [11], "HDMI-A"],
  "libdrm_amdgpu": () => [
    "amdgpu_cs_create_semaphore",
    [variable("pointer")],
    0,
  ],
  "libdrm_intel": ["drm_intel_get_pooled_eu", [-1], -9],
  "libdrm_nouveau": () => [
    "nouveau_bufctx_new",
    [null, 1, variable("pointer")],
    0,
  ],
  "libdrm_radeon": ["radeon_bo_manager_gem_ctor", [-1], ADDRESS],
  "egl": ["eglGetError", [], 0x3000],
  "libevent": ["event_get_version", [], VERSION],
  "expat": ["XML_ErrorString", [2], "syntax error"],
  "libffi": () => ["ffi_closure_alloc", [64, variable("pointer")], ADDRESS],
  "fontconfig": ["FcStrCmp", ["a", "b"], -1, "(cstring, cstring) => i32"],
  "freetype2": ["FT_MulFix", [0x20000, 0x8000], 0x10000],
  "gbm": ["gbm_create_device", [-1], null],
  "libgcrypt": ["gcry_check_version", [null], VERSION],
  "libgit2": ["git_object_type2string", [3], "blob"],
  "gl": ["glGetError", [], 0],
  "glesv1_cm": ["glGetError", [], 0],
  "glesv2": ["glGetError", [], 0],
  "gio-2.0": ["g_action_name_is_valid", ["app.quit"], 1],
  "glib-2.0": ["g_ascii_strcasecmp", ["Native", "nATIVE"], 0],
  "gmodule-2.0": ["g_ascii_strcasecmp", ["Native", "nATIVE"], 0],
  "gobject-2.0": ["g_type_name", [64], "gchararray"],
  "glu": ["gluErrorString", [0], "no error", "(u32) => cstring"],
  "glut": ["glutGet", [0x7c], 0],
  "glx": ["glXGetCurrentContext", [], null],
  "gmp": ["mpf_get_default_prec", [], 64],
  "gnutls": ["gnutls_check_version", [null], VERSION],
  "gpg-error": ["gpg_strerror", [0], "Success"],
  "gtk4": ["gdk_keyval_from_name", ["Return"], KEY],
  "hiredis": ["redisReaderCreate", [], ADDRESS],
  "ibus-1.0": ["ibus_keyval_from_name", ["Return"], KEY],
  "ice": ["IceAuthFileName", [], /ICEauthority$/, "() => cstring"],
  "icu-i18n": ["ucal_getAvailable", [0], "af"],
  "icu-io": ["u_fopen", ["/etc/hosts", "r", null, null], ADDRESS],
  "icu-uc": ["u_errorName", [0], "U_ZERO_ERROR"],
  "libidn2": ["idn2_strerror_name", [0], "IDN2_OK"],
  "jansson": ["jansson_version_str", [], VERSION],
  "libjpeg": ["jpeg_quality_scaling", [75], 50],
  "json-c": ["json_type_to_name", [5], "array"],
  "lua5.4": ["lua_version", [null], 504],
  "liblz4": ["LZ4_compressBound", [100], 116],
  "liblzma": ["lzma_version_string", [], VERSION],
  "libmagic": ["magic_version", [], /^5\d\d$/],
  "mount": ["mnt_fstype_is_netfs", ["nfs"], 1],
  "formw": ["form_request_name", [0x200], "NEXT_PAGE"],
  "menuw": ["menu_request_name", [0x200], "LEFT_ITEM"],
  "ncursesw": ["curses_version", [], /^ncurses 6/],
  "panelw": ["panel_hidden", [null], -1],
  "tinfo": ["curses_version", [], /^ncurses 6/],
  "libnsl": ["yperr_string", [1], /./],
  "nspr": ["PL_HashString", ["a"], 97, "(cstring) => u32"],
  "nss": ["NSS_GetVersion", [], VERSION],
  "opus": ["opus_strerror", [-1], "invalid argument"],
  "p11-kit-1": ["p11_kit_strerror", [5], /./],
  "pango": ["pango_version_string", [], VERSION],
  "pciaccess": ["pci_system_init", [], /^\d+$/],
  "libpng": ["png_access_version_number", [], /^106\d\d$/],
  "libpq": ["pg_encoding_to_char", [6], "UTF8"],
  "libpulse": ["pa_strerror", [3], "Invalid argument"],
  "libpulse-simple": (library) => [
    "pa_simple_new",
    // Of no channels, which is refused before a server is asked.
    [
      null,
      "a",
      1,
      null,
      "b",
      new (library.type("pa_sample_spec"))({}),
      null,
      null,
      null,
    ],
    null,
  ],
  "python3-embed": ["Py_GetVersion", [], /^3\./],
  "readline": ["rl_variable_bind", ["editing-mode", "vi"], 0],
  "samplerate": ["src_get_name", [4], "Linear Interpolator"],
  "sdl2": ["SDL_GetRevision", [], /./],
  "libselinux": ["is_selinux_enabled", [], 0],
  "libsepol": ["sepol_policy_kern_vers_min", [], 15],
  "sm": ["SmcSetErrorHandler", [null], ADDRESS],
  "sndio": ["sio_open", ["nothing/0", 1, 0], null],
  "libsodium": ["sodium_version_string", [], VERSION],
  "sqlite3": ["sqlite3_errstr", [5], "database is locked"],
  "libssh2": ["libssh2_version", [0], VERSION],
  "libcrypto": ["ASN1_tag2str", [2], "INTEGER"],
  "libssl": ["SSL_alert_desc_string_long", [42], "bad certificate"],
  "libtasn1": ["asn1_strerror", [0], "SUCCESS"],
  "libtiff-4": ["TIFFDataWidth", [4], 4],
  "libtirpc": ["__rpc_get_a_size", [2], 16],
  "libudev": ["udev_new", [], ADDRESS],
  "libusb-1.0": ["libusb_error_name", [-4], "LIBUSB_ERROR_NO_DEVICE"],
  "libuv": ["uv_strerror", [-2], "no such file or directory"],
  "wayland-client": ["wl_display_connect", ["nobody"], null],
  "wayland-cursor": (library) => [
    "wl_cursor_frame",
    [new (library.type("wl_cursor"))({ image_count: 1 }), 100],
    0,
  ],
  "wayland-server": ["wl_event_loop_create", [], ADDRESS],
  "libwebp": ["WebPGetDecoderVersion", [], /^\d{5}$/],
  "x11": ["XStringToKeysym", ["Return"], KEY],
  "xau": ["XauFileName", [], /Xauthority$/, "() => cstring"],
  "xcb": () => [
    "xcb_parse_display",
    [":7", variable("pointer"), variable("i32"), variable("i32")],
    1,
  ],
  "xcomposite": ["XCompositeVersion", [], /^4\d\d$/],
  "xcursor": ["XcursorLibraryShape", ["left_ptr"], 68],
  "xdmcp": (library) => [
    "XdmcpAllocARRAY8",
    [new (library.type("_ARRAY8"))({}), 4],
    1,
  ],
  "xext": (
    library,
  ) => ["XSyncIntToValue", [new (library.type("_XSyncValue"))({}), 7], null],
  "xfixes": ["XFixesVersion", [], /^60\d{3}$/],
  "xft": ["XftGetVersion", [], /^2\d{4}$/],
  "xi": () => ["XFreeDeviceList", [null], null],
  "xinerama": ["XPanoramiXAllocInfo", [], ADDRESS],
  "xkbcommon": ["xkb_keysym_from_name", ["Return", 0], KEY],
  "libxml-2.0": ["xmlCheckFilename", ["/"], 2],
  "xmlsec1": ["ASN1_tag2str", [2], "INTEGER"],
  "xrandr": ["XRRAllocGamma", [4], ADDRESS],
  "xrender": (library) => [
    "XRenderParseColor",
    [null, "rgba:ff/80/00/ff", new (library.type("XRenderColor"))({})],
    1,
    "(pointer, cstring, *XRenderColor) => i32",
  ],
  "libexslt": ["exsltMathXpathCtxtRegister", [null, null], -1],
  "libxslt": ["xsltGetXIncludeDefault", [], 0],
  "xscrnsaver": ["XScreenSaverAllocInfo", [], ADDRESS],
  "xt": ["XtToolkitThreadInitialize", [], 1],
  "xv": ["XvFreeAdaptorInfo", [null], null],
  // Each of its functions wants a connection to an X server.
  "xxf86vm": undefined,
  "yaml-0.1": ["yaml_get_version_string", [], VERSION],
  "z3": ["Z3_get_full_version", [], VERSION],
  "libzstd": ["ZSTD_versionString", [], VERSION],
  "hogweed": [
    "pgp_crc24",
    [9, new TextEncoder().encode("123456789")],
    0x21cf02,
  ],
  "nettle": ["nettle_version_major", [], 3],
  "tcl": ["Tcl_ErrnoMsg", [2], "no such file or directory"],
  "tk": ["Tk_NameOfJoinStyle", [1], "round"],
  "uuid": [
    "uuid_parse",
    ["1b4e28ba-2fa1-11d2-883f-0016d3cca427", new Uint8Array(16)],
    0,
  ],
  "zlib": ["zError", [-3], "data error"],
};

/**
 * Calls a function of a library, and looks at what it gives.
 *
 * @param name The library, as pkg-config calls it.
 * @param manifest What describes it.
 * @returns How many functions were called: none where each wants what is not here.
 * @throws {Error} Where there is no such call, or it gives something else.
 */
export function callOf(name: string, manifest: string): number {
  assert(Object.hasOwn(CALLS, name), `there is no call of ${name}`);
  const library = open(manifest);
  const chosen = CALLS[name];
  if (chosen === undefined) return 0;
  const [called, args, gives, type] = typeof chosen === "function"
    ? chosen(library)
    : chosen;
  const f =
    (type === undefined
      ? library.lookup(called)
      : library.lookup(called, type)) as (
        ...args: readonly unknown[]
      ) => unknown;
  const given = f(...args);
  const what = `${called}()`;
  if (gives === ADDRESS) {
    assert(given !== null && given !== undefined, `${what} gives ${given}`);
  } else if (gives instanceof RegExp) assertMatch(String(given), gives, what);
  else {
    const value = typeof given === "bigint" ? Number(given) : given ?? null;
    assertEquals(value, gives, what);
  }
  return 1;
}
