/**
 * The help of the commands that say whose a plugin is.
 *
 * @module
 */

/** The help of `plugin keygen`. */
export const KEYGEN = `Makes a pair of Ed25519 keys to sign plugins with.

Usage: plugin keygen [options]

Examples:
  plugin keygen                     writes key.pem and key.pub.pem
  plugin keygen -o ~/.keys/release  writes release.pem and release.pub.pem there

The private key is readable by you alone; whoever has it can sign in your name.
The public one is for those who open plugins. Nothing is overwritten.

Options:
  -o, --output <name>  the files, without .pem and .pub.pem; default: key
      --json           print a summary for programs
  -h, --help           print this
`;

/** The help of `plugin sign`. */
export const SIGN = `Signs a manifest.

Usage: plugin sign --key <private key> <manifest>

Examples:
  plugin sign --key key.pem hello.so.json
  ...and in TypeScript:     open("./hello.so", { trust: [publicKey] })
                            with the text of key.pub.pem

What is signed is the manifest, and with it the digest of the library and of the
library of its thunks; both must be there and be those described. A new build
needs a new signature. "plugin check" says who has signed.

Options:
      --key <file>  the private key, as "plugin keygen" writes it
      --json        print a summary for programs
  -h, --help        print this
`;
