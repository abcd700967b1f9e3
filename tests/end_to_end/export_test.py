#!/usr/bin/env python3
"""An audience as files: `audiencectl export` in each format against a daemon,
read by readers of their own (csv, json), with hashes made anew (hashlib).

usage: export_test.py AUDIENCED AUDIENCECTL
"""

import csv
import hashlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

AUDIENCED, AUDIENCECTL = sys.argv[1:3]
RULES = pathlib.Path(__file__).parent / "destinations"
AGREES = {"ad_user_data": "granted", "ad_personalization": "granted"}


def hashed(text):
    return hashlib.sha256(text.encode()).hexdigest()


def event(number, name, user, **rest):
    return {"event_id": f"e{number:04}", "event": name, "user_id": user,
            "occurred_at": f"2026-03-02T09:{number // 60 % 60:02}:{number % 60:02}Z",
            **rest}


def people():
    """u-00 to u-19 bought. The even ones agree to ads; u-02 and u-04 share a
    phone; u-06 has an address that is none, and nothing else."""
    events = []
    for i in range(20):
        user = f"u-{i:02}"
        who = {"email": f" U.{i:02}+shop@Gmail.com "}
        if i in (2, 4):
            who["phone"] = "020 7946 0958"
        if i == 6:
            who = {"email": "an address with spaces"}
        consent = AGREES if i % 2 == 0 else {}
        traits = {"firstName": f"Ann {i}", "last_name": "O'Lee",
                  "country": "United Kingdom", "postal_code": "LS1 1AA"}
        events.append(event(len(events), "$identify", user, consent=consent,
                            traits=traits if i == 8 else {}, **who))
        events.append(event(len(events), "purchase", user, items=[
            {"item_id": "sku, \"1\"", "price": 9.5}]))
    return events


class Daemon:
    def __init__(self, folder):
        self.folder = folder
        (folder / "clock").write_text("2026-03-02T12:00:00Z\n")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{probe.getsockname()[1]}"
        self.log = open(folder / "daemon.log", "w")
        self.process = subprocess.Popen(
            [AUDIENCED, "--data", folder / "data", "--rules", RULES,
             "--listen", self.address, "--http-listen", "none",
             "--phone-region", "GB", "--destination-consents",
             "google=ad_user_data+ad_personalization"],
            env={**os.environ, "AUDIENCED_TEST_CLOCK": str(folder / "clock")},
            stderr=self.log)
        for _ in range(600):
            if self.ctl("audiences").returncode == 0:
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        sys.exit((folder / "daemon.log").read_text())

    def ctl(self, *arguments, token=""):
        environment = dict(os.environ)
        environment.pop("AUDIENCED_TOKEN", None)
        if token:
            environment["AUDIENCED_TOKEN"] = token
        return subprocess.run(
            [AUDIENCECTL, *arguments, "--server", self.address],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            env=environment, check=False)

    def ingest(self, name, events):
        path = self.folder / f"{name}.jsonl"
        path.write_text("".join(json.dumps(one) + "\n" for one in events))
        done = self.ctl("import", str(path))
        assert done.returncode == 0, done.stdout + done.stderr

    def stop(self):
        self.process.terminate()
        self.process.wait()
        self.log.close()


class ExportTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="audienced-export."))
        cls.folder.chmod(0o711)
        cls.daemon = Daemon(cls.folder)
        cls.daemon.ingest("people", people())

    @classmethod
    def tearDownClass(cls):
        cls.daemon.stop()
        shutil.rmtree(cls.folder)

    def export(self, audience, fmt, *options, code=0):
        out = self.folder / f"out-{len(list(self.folder.iterdir()))}"
        done = self.daemon.ctl("export", audience, "--format", fmt, "--out",
                               str(out), *options)
        self.assertEqual(done.returncode, code, done.stderr)
        if code != 0:
            self.assertFalse((out / "manifest.json").exists())
            return done.stderr
        self.said = done.stderr
        manifest = json.loads((out / "manifest.json").read_text())
        for file in manifest["files"]:
            data = (out / file["name"]).read_bytes()
            self.assertEqual(hashlib.sha256(data).hexdigest(), file["sha256"])
            self.assertEqual(len(data), file["bytes"])
            file["text"] = data.decode()
        self.assertEqual(sorted(os.listdir(out)), sorted(
            [file["name"] for file in manifest["files"]] + ["manifest.json"]))
        self.assertEqual(out.stat().st_mode & 0o777, 0o700)
        return manifest

    def test_google_csv(self):
        manifest = self.export("ad-buyers", "google-customer-match-csv")
        self.assertEqual(manifest["added_members"], 9)
        self.assertEqual(manifest["skipped_members"], {"no_identifier": 1})
        self.assertEqual(manifest["omitted_identifiers"],
                         {"email_sha256: not_an_email": 1})
        rows = list(csv.DictReader(manifest["files"][0]["text"].splitlines()))
        self.assertEqual(list(rows[0]), ["Email", "Phone", "First Name",
                                         "Last Name", "Country", "Zip"])
        self.assertEqual({row["Email"] for row in rows},
                         {hashed(f"u{i:02}@gmail.com")
                          for i in range(0, 20, 2) if i != 6})
        # What two share is there once.
        self.assertEqual([row["Phone"] for row in rows if row["Phone"]],
                         [hashed("+442079460958")])
        named = [row for row in rows if row["Country"]]
        self.assertEqual([(row["First Name"], row["Last Name"], row["Country"],
                           row["Zip"]) for row in named],
                         [(hashed("ann 8"), hashed("olee"), "GB", "LS1 1AA")])

    def test_google_json(self):
        manifest = self.export("ad-buyers", "google-data-manager-json",
                               "--account", "123", "--list-id", "9",
                               "--max-rows", "4")
        self.assertEqual([file["rows"] for file in manifest["files"]],
                         [4, 4, 1])
        emails = set()
        for file in manifest["files"]:
            body = json.loads(file["text"])
            self.assertEqual(body["encoding"], "HEX")
            self.assertEqual(body["destinations"][0]["productDestinationId"],
                             "9")
            for member in body["audienceMembers"]:
                self.assertEqual(member["consent"], {
                    "adUserData": "CONSENT_GRANTED",
                    "adPersonalization": "CONSENT_GRANTED"})
                emails |= {one["emailAddress"] for one in
                           member["userData"]["userIdentifiers"]
                           if "emailAddress" in one}
        self.assertEqual(len(emails), 9)

    def test_meta_json(self):
        manifest = self.export("buyers", "meta-json")
        body = json.loads(manifest["files"][0]["text"])
        column = {key: i for i, key in enumerate(body["schema"])}
        self.assertEqual(len(body["data"]), 20)
        self.assertTrue(all(len(row) == len(column) for row in body["data"]))
        rows = {row[column["EXTERN_ID"]]: row for row in body["data"]}
        eight = rows["u-08"]
        self.assertEqual(eight[column["EMAIL"]], hashed("u.08+shop@gmail.com"))
        self.assertEqual(eight[column["COUNTRY"]], hashed("gb"))
        self.assertEqual(eight[column["ZIP"]], hashed("ls11"))
        self.assertEqual(rows["u-02"][column["PHONE"]], hashed("442079460958"))
        self.assertEqual(rows["u-04"][column["PHONE"]], "")

    def test_klaviyo_json(self):
        manifest = self.export("ad-buyers", "klaviyo-json", "--list-id", "L1")
        body = json.loads(manifest["files"][0]["text"])["data"]
        self.assertEqual(body["relationships"]["lists"]["data"][0]["id"], "L1")
        told = {one["attributes"]["external_id"]: one["attributes"]
                for one in body["attributes"]["profiles"]["data"]}
        self.assertEqual(len(told), 10)
        self.assertEqual(told["u-00"]["email"], "u.00+shop@gmail.com")
        self.assertNotIn("email", told["u-06"])
        self.assertIs(told["u-00"]["properties"]["audienced_ad_buyers"], True)
        self.assertEqual(
            told["u-00"]["properties"]["audienced_ad_buyers_items"][0]
            ["item_id"], "sku, \"1\"")

    def test_csv_and_ndjson(self):
        manifest = self.export("buyers", "csv")
        rows = list(csv.DictReader(manifest["files"][0]["text"].splitlines()))
        self.assertEqual({row["user_id"] for row in rows},
                         {f"u-{i:02}" for i in range(20)})
        self.assertIn({"kind": "email", "value": "an address with spaces"},
                      json.loads({row["user_id"]: row for row in rows}
                                 ["u-06"]["identifiers"]))
        done = self.daemon.ctl("export", "buyers", "--format", "ndjson",
                               "--destination", "linkedin", "--out", "-")
        self.assertEqual(done.returncode, 0, done.stderr)
        members = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(len(members), 20)
        kinds = {one["kind"] for member in members
                 for one in member.get("identifiers", [])}
        self.assertEqual(kinds, {"email_sha256"})
        self.assertIn("cursor: ", done.stderr)

    def test_a_member_is_never_cut_in_two(self):
        manifest = self.export("buyers", "ndjson", "--max-bytes", "100000")
        self.assertEqual(len(manifest["files"]), 1)
        self.assertNotIn("--max-bytes", self.said)
        manifest = self.export("buyers", "ndjson", "--max-bytes", "10")
        files = manifest["files"]
        self.assertEqual(len(files), manifest["added_members"])
        self.assertIn(f"warning: {len(files)} files above --max-bytes, ",
                      self.said)
        self.assertIn(f"the first is {files[0]['name']}\n", self.said)

    def test_nobody_is_shown_who_must_not_be(self):
        for fmt in ("meta-json", "klaviyo-json", "csv", "ndjson"):
            held = self.export("held-out-buyers", fmt)
            shown = sum(file["members"] for file in held["files"])
            self.assertTrue(0 < shown < 20, shown)
            counted = self.daemon.ctl("audiences", "--output", "json").stdout
            audiences = {one["name"]: one for one in
                         map(json.loads, counted.splitlines())}
            self.assertEqual(
                shown, int(audiences["held-out-buyers"]["member_count"]))
            for audience in ("draft-buyers", "many-buyers"):
                manifest = self.export(audience, fmt)
                self.assertEqual(manifest["files"], [])
                self.assertNotEqual(manifest["withheld"], "")

    def test_a_client_that_may_see_hashes_sees_nothing_else(self):
        made = self.daemon.ctl("token", "create", "ads", "--scope", "audiences",
                               "--audience", "*", "--identifiers", "hashed")
        self.assertEqual(made.returncode, 0, made.stderr)
        token = made.stdout.strip().split()[-1]
        told = {}
        for destination in ("raw", "google", "meta", "tiktok", "linkedin"):
            done = self.daemon.ctl("export", "ad-buyers", "--format", "ndjson",
                                   "--destination", destination, "--out", "-",
                                   token=token)
            self.assertEqual(done.returncode, 0, done.stderr)
            told[destination] = {
                (one["kind"], one["value"])
                for member in map(json.loads, done.stdout.splitlines())
                for one in member.get("identifiers", [])}
            self.assertTrue(told[destination])
            for kind, value in told[destination]:
                if kind not in ("country", "postal_code"):
                    self.assertRegex(value, "^[0-9a-f]{64}$", kind)
        self.assertIn(("user_id_sha256", hashed("u-00")), told["raw"])
        self.assertIn(("email_sha256", hashed("u.00+shop@gmail.com")),
                      told["raw"])
        self.assertIn(("email_sha256", hashed("u00@gmail.com")),
                      told["google"])

    def test_what_is_asked_wrongly(self):
        self.assertIn("write consent: [ad_user_data, ad_personalization]",
                      self.export("buyers", "google-customer-match-csv",
                                  code=1))
        self.export("no-audience", "csv", code=2)
        self.export("buyers", "xml", code=2)
        self.export("buyers", "meta-json", "--destination", "google", code=2)
        self.export("buyers", "csv", "--since", "nonsense", code=2)
        for options in (("--format", "meta-json"),
                        ("--format", "csv", "--since", "x")):
            done = self.daemon.ctl("export", "buyers", "--out", "-", *options)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertEqual(done.stdout, "")

    def test_zz_changes(self):
        """Last, as it changes who is in."""
        before = self.export("ad-buyers", "google-data-manager-json")
        self.assertEqual(before["content"], "snapshot")
        self.daemon.ingest("later", [
            event(100, "$identify", "u-00",
                  consent={"ad_user_data": "denied"}),
            event(101, "$identify", "u-01", consent=AGREES),
            # Comes and goes.
            event(102, "$identify", "u-03", consent=AGREES),
            event(103, "$identify", "u-03",
                  consent={"ad_user_data": "denied"}),
            # One more address.
            event(104, "$identify", "u-10", email="ten@example.com")])
        changes = self.export("ad-buyers", "google-data-manager-json",
                              "--since", before["cursor"])
        self.assertEqual(changes["content"], "changes")
        self.assertEqual([file["action"] for file in changes["files"]],
                         ["remove", "add"])
        told = {}
        for file in changes["files"]:
            told[file["action"]] = {
                one["emailAddress"]
                for member in json.loads(file["text"])["audienceMembers"]
                for one in member["userData"]["userIdentifiers"]}
        self.assertIn(hashed("u00@gmail.com"), told["remove"])
        self.assertIn(hashed("u01@gmail.com"), told["add"])
        self.assertNotIn(hashed("u03@gmail.com"), told["add"])
        self.assertIn(hashed("ten@example.com"), told["add"])
        self.assertNotIn(hashed("u10@gmail.com"), told["remove"])
        again = self.export("ad-buyers", "google-data-manager-json", "--since",
                            changes["cursor"])
        self.assertEqual(again["files"], [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
