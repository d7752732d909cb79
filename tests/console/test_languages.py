#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The screens in every language that has a catalogue: chosen where, whole, and with nothing cut at 80x24."""

import gettext
import os
import re
import subprocess
import unicodedata

import case
from machine import allow_ptys, claim, configure, console, end, run, unclaim, wait_lease
from pages import agree, replace
from term import Term

LOCALES = "/usr/share/locale"
LANGUAGES = sorted(name for name in os.listdir(LOCALES) if os.path.exists(f"{LOCALES}/{name}/LC_MESSAGES/firstboot.mo"))
CHOSEN = "/etc/firstboot/firstboot.conf.d/91-language.conf"
GAP = r"[\s│|]"
# Another machine's words, or a name that is one everywhere.
FOREIGN = re.compile(r"192\.0|:|/|enp|@|\\d")
MENU = {"1": "Which network card should this appliance use?", "2": "What is this appliance called?", "3": "Choose the password",
        "4": "The network settings have not been changed yet.", "5": "Which network card?", "6": "When nothing else helps",
        "7": "By which time shall this appliance go?", "8": "This machine has no keyboard layouts", "0": "Public key"}


class Catalogue:
    """The texts of a language, and what is wrong with a screen that should be in it."""

    def __init__(self, language):
        self.language = language
        with open(f"{LOCALES}/{language}/LC_MESSAGES/firstboot.mo", "rb") as f:
            self.texts = {a: b for a, b in gettext.GNUTranslations(f)._catalog.items() if isinstance(a, str) and a}
        self.words = {word for text in self.texts.values() for word in re.findall(r"[^\W\d_]+", text)}
        self.names = {word for text in self.texts for word in re.findall(r"[^\W\d_]+", text)}
        self.english = [text for text, other in self.texts.items()
                        if text.strip() != other.strip() and re.fullmatch(r"[A-Za-z ,.'-]{12,}", text.strip()) and " " in text.strip()]

    def find(self, msgid):
        """A pattern for how the text that begins so is shown, as far as it fits a row of any form."""
        text = next(other for text, other in self.texts.items() if text.startswith(msgid))
        start = re.split(r"[%\n]", text.strip())[0][:24]
        if len(start) == 24 and " " in start:
            start = start.rsplit(" ", 1)[0]
        # A row may end at a blank, in languages without blanks anywhere, and the frame comes between.
        wide = any(unicodedata.east_asian_width(letter) == "W" for letter in start)
        parts = [re.escape(part) for part in (start.replace(" ", "") if wide else start.split(" "))]
        return (GAP + "*" if wide else GAP + "+").join(parts)

    def check(self, t):
        """No word that ends where a frame, a button or the screen does, but is longer in the catalogue; no English."""
        t.wait_rest()
        shown = t.text()
        for row in t.lines():
            for found in re.finditer(r"([^\W\d_]{3,})(?=\s?[│|>]|$)", row):
                word = found[1]
                longer = [other for other in self.words if other.startswith(word) and other != word]
                at_edge = found.end() > 70 or re.match(r"[│|>]", row[found.end():found.end() + 1])
                assert not at_edge or not longer or word in self.words | self.names, f"{word} is cut, of {longer}:\n{shown}"
        flat = re.sub(r"[\s│|]+", " ", shown)
        for text in self.english:
            assert text.strip() not in flat, f"{text!r} is not in {self.language}:\n{shown}"


def speak(language):
    configure(f"[Console]\nLanguage={language}\n", "20-language.conf")
    end("firstbootd", "firstboot-password")


def shows(t, words, msgid):
    """Wait for the screen with this text, and look at it."""
    t.wait_for(words.find(msgid))
    words.check(t)


def start(columns=80, rows=24, **options):
    return Term(["firstboot"], columns, rows, **options)


allow_ptys()
wait_lease()
for_each = case.variants(*[(language,) for language in LANGUAGES])


def test_there_are_languages():
    assert "de" in LANGUAGES, LANGUAGES


@for_each
def test_the_wizard(language):
    words = Catalogue(language)
    speak(language)
    with start() as t:
        shows(t, words, "Nothing changes until" if "Nothing changes until" in words.texts else "Welcome")
        t.press("enter")
        shows(t, words, "Which network card should")
        t.wait_for("enp1s0")
        t.press("tab", "enter")
        shows(t, words, "What else shall be set up?")
        t.press("enter")
        shows(t, words, "Few networks need any of these")
        t.press("escape")
        t.wait_for(words.find("What else shall be set up?"))
        t.press("escape")
        t.wait_for(words.find("Which network card should"))
        t.press("enter")
        shows(t, words, "from the network (DHCP)")
        t.press("down", "enter")
        shows(t, words, "The router to other networks")
        replace(t, "192.0.2.300/24")
        t.press("enter")
        t.wait_for("! ")
        words.check(t)
        replace(t, "192.0.2.77/24")
        t.press("enter")
        shows(t, words, "What is this appliance called?")
        replace(t, "-x")
        t.press("enter")
        t.wait_for("! ")
        words.check(t)
        replace(t, "appliance01")
        t.press("enter")
        shows(t, words, "Choose the password for")
        t.type("short")
        t.press("enter")
        t.type("short")
        t.press("enter")
        t.wait_for("! ")
        words.check(t)
        for _ in range(2):
            t.type("correct horse battery")
            t.press("enter")
        shows(t, words, "Nothing has changed yet.")
        t.press("tab", "enter")
        words.check(t)


@for_each
def test_the_settings(language):
    words = Catalogue(language)
    speak(language)
    claim()
    try:
        with start() as t:
            shows(t, words, "Settings")
            t.press("f2")
            shows(t, words, "What shall be changed?")
            for key, text in MENU.items():
                t.type(key)
                t.press("enter")
                shows(t, words, text)
                t.press("escape")
                t.wait_for(words.find("What shall be changed?"))
            t.press("escape")
            t.wait_for("F2/2")
            t.press("f10")
            shows(t, words, "What shall be done?")
            t.press("escape")
            t.wait_for("F2/2")
            t.type("5")
            t.wait_for("MAC ")
            words.check(t)
    finally:
        unclaim()


@for_each
def test_a_change_that_is_taken_back(language):
    words = Catalogue(language)
    speak(language)
    claim()
    configure("[Network]\nConfirmSeconds=10\n", "30-seconds.conf")
    try:
        with Term(["firstboot", "--reconfigure", "network"]) as t:
            t.wait_for("enp1s0")
            t.press("enter")
            t.wait_for(words.find("from the network (DHCP)"))
            t.press("down", "enter")
            t.wait_for(r"\[192\.0\.2")
            replace(t, "192.0.2.78/24")
            t.press("tab")
            replace(t, "192.0.2.99")
            t.press("enter")
            shows(t, words, "Nothing has changed yet.")
            agree(t)
            t.wait_for(words.find(" Keep these settings? "), 60)
            words.check(t)
            t.wait_for(words.find("Nobody has answered in time"), 60)
            words.check(t)
    finally:
        os.unlink("/etc/firstboot/firstboot.conf.d/30-seconds.conf")
        unclaim()


@for_each
def test_lines(language):
    """--help fits the width of a terminal."""
    words = Catalogue(language)
    speak(language)
    environment = {**os.environ, "LC_ALL": f"{language}_XX.UTF-8"}
    text = run("firstboot", "--help", env=environment)
    assert words.texts["this text"] in text, text
    for line in text.splitlines():
        assert len(line) <= 80, line


def test_chosen_on_the_welcome_page():
    speak("")
    german = Catalogue("de")
    with start() as t:
        # By their codes: Deutsch stands before English.
        t.wait_for("Language +< English")
        t.press("up", "left", "enter")
        t.wait_for(german.find("Nothing changes until" if "Nothing changes until" in german.texts else "Welcome"))
        t.wait_for("Sprache +< Deutsch")
        assert open(CHOSEN, encoding="utf-8").read() == "[Console]\nLanguage=de\n"
        # Whoever changes something is answered in it, on every console and by firstbootd.
        with console() as other:
            other.wait_for(german.find("Welcome"))
        done = subprocess.run(["busctl", "call", "org.firstboot.Firstboot1", "/org/firstboot/Firstboot1", "org.firstboot.Firstboot1",
                               "SetLanguage", "s", "../de"], capture_output=True, text=True, check=False)
        assert done.returncode and "Einstellungen" in done.stderr, done
        t.press("up", "right", "enter")
        t.wait_for("Language +< English")
        assert open(CHOSEN, encoding="utf-8").read() == "[Console]\nLanguage=en\n"
    os.unlink(CHOSEN)
    end("firstbootd")


def test_the_machines_language():
    """The console takes that of the machine, whatever its environment says; a locale need not be installed."""
    speak("")
    german = Catalogue("de")
    with open("/etc/default/locale", "w", encoding="ascii") as f:
        f.write('LANG="de_AT.UTF-8"\n')
    claim()
    try:
        with console(env={"LANG": "fr_FR.UTF-8"}) as t:
            t.wait_for(r"F2/2 " + german.find("Settings"))
        # Who has a shell has a language of their own.
        with start() as t:
            t.wait_for("F2/2 Settings")
        with start(env={"LC_ALL": "", "LANG": "de_DE.UTF-8"}) as t:
            t.wait_for(r"F2/2 " + german.find("Settings"))
        # What firstboot.conf says goes first; without its letters it is English.
        speak("en")
        with console() as t:
            t.wait_for("F2/2 Settings")
        speak("de")
        with start(env={"LC_ALL": "C"}) as t:
            t.wait_for("F2/2 Settings")
    finally:
        os.unlink("/etc/default/locale")
        unclaim()
        speak("")


def test_a_wrong_catalogue_is_english():
    place = f"{LOCALES}/xx/LC_MESSAGES"
    os.makedirs(place)
    with open(f"{place}/firstboot.mo", "wb") as f:
        f.write(b"\xde\x12\x04\x95" + bytes(24))
    speak("xx")
    with start() as t:
        t.wait_for("Welcome")
    speak("zz")
    with start() as t:
        t.wait_for("Welcome")
    speak("")


if __name__ == "__main__":
    case.run(globals())
