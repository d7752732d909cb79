/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "redact.h"
#include "test.h"
#include "util.h"

#define R      REDACTED
#define WG     "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk="
#define BCRYPT "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW"

/* A text, and what is left of it. */
static void check(const char *text, const char *expected)
{
	_cleanup_free_ char *found = NULL;

	test_equal_int(redact(text, &found), 0);
	test_equal_str_at(text, found, expected);
}

/* Settings in all manners of writing them. */
static void test_settings(void)
{
	check("password=hunter2", "password=" R);
	check("Password = hunter2\nuser = eve\n", "Password = " R "\nuser = eve\n");
	check("  password: \"hunter2\"\n  mtu: 1400\n", "  password: " R "\n  mtu: 1400\n");
	check("{\"db_password\": \"a\\\"b\", \"port\": 1}", "{\"db_password\": " R);
	check("{\\\"password\\\":\\\"x\\\"}", "{\\\"password\\\":" R);
	check("export DB_PASS='x y z'", "export DB_PASS=" R);
	check("wpa-psk correct horse battery\nwpa-ssid net", "wpa-psk " R "\nwpa-ssid net");
	check("\twireless-key s:abcde", "\twireless-key " R);
	check("#psk=\"clear text\"", "#psk=" R);
	check("psk=0123456789abcdef", "psk=" R);
	check("wep_key0=abcde", "wep_key0=" R);
	check("PrivateKey=" WG, "PrivateKey=" R);
	check("rocommunity public 192.0.2.0/24", "rocommunity " R);
	check("PASSWD=\tx", "PASSWD=\t" R);
	check("secret: x", "secret: " R);
	check("api-token: x", "api-token: " R);
	check("access_key = AKIA", "access_key = " R);
	check("<password>hunter2</password>", "<password>" R);
	check("openvpn --auth-user x --password hunter2 --verb 3", "openvpn --auth-user " R);
	check("curl --token=abc https://a/", "curl --token=" R);
	check("SetCredential=root:abc", "SetCredential=" R);
	check("GET /x?user=a&token=abc HTTP/1.1", "GET /x?user=a&token=" R);
	check("802-1x.private-key-password=x", "802-1x.private-key-password=" R);
}

/* Values that go on in other lines. */
static void test_values_of_several_lines(void)
{
	check("password: |\n  one\n  two\n\nmtu: 1", "password: " R "\n" R "\n" R "\n\nmtu: 1");
	check("  keys:\n    private: x\n    shared: y\n  mtu: 1",
		"  keys:" R "\n" R "\n" R "\n  mtu: 1");
	check("passwords:\n- one\n- two\nuser: x", "passwords:" R "\n" R "\n" R "\nuser: x");
	check("\"tokens\": [\n  \"one\",\n  \"two\"\n]", "\"tokens\": " R "\n" R "\n" R "\n]");
	check("password=\"one\ntwo\nthree\" x\nuser=y", "password=" R "\n" R "\n" R "\nuser=y");
	check("password=one\\\ntwo\\\nthree\nuser=y", "password=" R "\n" R "\n" R "\nuser=y");
	check("password=\n[Match]\nName=x", "password=" R "\n[Match]\nName=x");
}

/* Keys and certificates, whole, indented, without an end, on one line. */
static void test_pem(void)
{
	check("a\n-----BEGIN PRIVATE KEY-----\nMIIE\nabc=\n-----END PRIVATE KEY-----\nb",
		"a\n" R "\n" R "\n" R "\n" R "\nb");
	check("x: -----BEGIN OPENSSH PRIVATE KEY-----\nb3Blb\n", "x: " R "\n" R "\n" R);
	check("ca -----BEGIN CERTIFICATE-----\\nMII\\n-----END CERTIFICATE-----\nb", "ca " R "\nb");
}

/* What tells itself. */
static void test_by_their_looks(void)
{
	check("root:$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd:19000",
		"root:" R ":19000");
	check("a $6$rounds=5000$salt$hashhash b", "a " R " b");
	check("u:" BCRYPT ":", "u:" R ":");
	check("$1$abc$defghijkl", R);
	check("peer " WG " up", "peer " R " up");
	check("https://eve:hunter2@192.0.2.1:8443/x", "https://" R "@192.0.2.1:8443/x");
	check("smb://eve@host/share and ftp://a:b@c@d/",
		"smb://" R "@host/share and ftp://" R "@d/");
	check("Authorization: Basic ZXZlOmh1bnRlcjI=", "Authorization: " R);
	check("sent Bearer abcdef0123456789xyz to it", "sent Bearer " R " to it");
	check("x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def_ y", "x " R " y");
	check("login with password hunter2 failed", "login with password " R " failed");
	check("token abcdef0123456789 expired", "token " R);
}

/* What a supporter needs stays as it is. */
static void test_what_stays(void)
{
	static const char *const texts[] = {
		"",
		"\n\n",
		"enp1s0  up 1 Gb/s\n  Address  192.0.2.10/24\n",
		"MAC             52:54:00:12:34:56",
		"SSH host key    ED25519 SHA256:Yx0KVLVbZGYFh0hVhVYFh0hVhVYFh0hVhVYFh0hVhV0",
		"SHA256 3F:A9:51:00:11:22:33:44:55:66:77:88:99:AA:BB:CC",
		"[Network]\nAddress=192.0.2.10/24\nDNS=192.0.2.1\nDHCP=yes\n",
		"Known as  ff:5f:6d:aa:a8:00:02:00:00:ab:11:82",
		"https://192.0.2.10:8443/ answering",
		"https://[2001:db8::10]:8443/a@b",
		"root's password was set, the password is long enough",
		"the key is there; keyboard: us",
		"XKBLAYOUT=us\nmonitor: 1\nbypass=yes\nspinning=1",
		"price $5 and $HOME and $x$",
		"last line without an end",
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		check(texts[i], texts[i]);
}

/* As many lines as before, whatever comes; and no end of a buffer is passed. */
static void test_any_bytes(void)
{
	static const char pieces[][24] = { "password", "=", ":", "\n", "  ", "\"", "\\",
		"-----BEGIN ", "-----END ", "$6$", "://", "@", "key", "\xff", "\xc3\xa4", "- ",
		"bearer ", "a1b2c3d4e5f6g7h8", "eyJ", ".", ">", "'" };
	unsigned seed = 1;

	for (int round = 0; round < 20000; round++) {
		_cleanup_free_ char *found = NULL;
		size_t before = 0, after = 0;
		char text[512] = "";

		for (int i = 0; i < 16; i++) {
			seed = seed * 1103515245 + 12345;
			strcat(text, pieces[(seed >> 16) % ARRAY_SIZE(pieces)]);
		}
		test_equal_int(redact(text, &found), 0);
		for (const char *at = text; *at; at++)
			before += *at == '\n';
		for (const char *at = found; *at; at++)
			after += *at == '\n';
		test_equal_int(after, before);
	}
}

int main(void)
{
	test_run(test_settings);
	test_run(test_values_of_several_lines);
	test_run(test_pem);
	test_run(test_by_their_looks);
	test_run(test_what_stays);
	test_run(test_any_bytes);
	return test_result();
}
