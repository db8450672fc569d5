"""Headless Chromium by its DevTools protocol, over a pipe: nothing but Python's standard library is needed."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time


def find_browser():
    """The path of Chromium, or None where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    return None


class Browser:
    """A browser with one page. What the page complains of, and what it asks the network for, is collected."""

    def __init__(self, program, patience=60):
        self.patience = patience
        self.complaints = []  # errors and warnings of the console, exceptions, violations of the page's policy
        self.requests = []  # addresses that were loaded, or tried
        self._profile = tempfile.mkdtemp(prefix="mlaasim-browser-")
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()

        def hand_over_pipes():
            # Chromium reads commands from descriptor 3, and answers on 4. High numbers first: neither may cover the other.
            os.dup2(os.dup2(to_browser, 100), 3)
            os.dup2(os.dup2(from_browser, 101), 4)

        self._process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe",
             "--hide-scrollbars", "--no-first-run", "--force-color-profile=srgb", f"--user-data-dir={self._profile}"],
            preexec_fn=hand_over_pipes, close_fds=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self._next_id = 0
        self._rest = b""
        self._answers = {}
        self._session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Performance.enable", timeDomain="threadTicks")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.wait()
        shutil.rmtree(self._profile, ignore_errors=True)

    def call(self, method, **parameters):
        """Gives a command and waits for its result."""
        self._next_id += 1
        message = {"id": self._next_id, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        deadline = time.monotonic() + self.patience
        while self._next_id not in self._answers:
            self._receive(deadline)
        answer = self._answers.pop(self._next_id)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']}")
        return answer["result"]

    def _receive(self, deadline):
        if not select.select([self._read], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise TimeoutError(f"the browser did not answer within {self.patience} s")
        part = os.read(self._read, 1 << 20)
        if not part:
            raise RuntimeError("the browser ended")
        *messages, self._rest = (self._rest + part).split(b"\0")
        for message in messages:
            self._take(json.loads(message))

    def _take(self, message):
        if "id" in message:
            self._answers[message["id"]] = message
            return
        method, parameters = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.complaints.append("exception: " + json.dumps(parameters["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled" and parameters["type"] in ("error", "warning", "assert"):
            self.complaints.append(f"console: {json.dumps(parameters['args'])}")
        elif method == "Log.entryAdded" and parameters["entry"]["level"] in ("error", "warning"):
            self.complaints.append(f"log: {parameters['entry']['text']}")
        elif method == "Network.requestWillBeSent":
            self.requests.append(parameters["request"]["url"])

    def open(self, path):
        """Loads a file, and waits until it is loaded."""
        self.call("Page.navigate", url="file://" + os.path.abspath(path))
        deadline = time.monotonic() + self.patience
        while self.value("document.readyState") != "complete" or self.value("location.href") == "about:blank":
            if time.monotonic() > deadline:
                raise TimeoutError(f"{path} does not load")
            time.sleep(0.02)

    def value(self, expression):
        """The value of an expression of JavaScript in the page."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise RuntimeError(f"{expression}: {result['exceptionDetails']}")
        return result["result"].get("value")

    def processor_seconds(self):
        """What the page's own thread has taken of a processor so far: loading, scripts, layout and drawing."""
        metrics = self.call("Performance.getMetrics")["metrics"]
        return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")

    def look(self, width=1280, height=900, dark=False, media="screen", scripts=True):
        """How the page is looked at. Whether scripts run counts from the next `open` on."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", media=media,
                  features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
                            {"name": "prefers-reduced-motion", "value": "reduce"}])
        self.call("Emulation.setScriptExecutionDisabled", value=not scripts)
        time.sleep(0.3)  # the page draws anew after a change of its width

    def click(self, selector):
        """A click of the mouse in the middle of an element."""
        x, y = self.middle_of(selector)
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def point_at(self, selector, right=0.5, down=0.5):
        x, y = self.middle_of(selector, right, down)
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def middle_of(self, selector, right=0.5, down=0.5):
        """Where a point of an element is seen, once it is scrolled to the middle of the window."""
        at = f"(e => {{ const b = e.getBoundingClientRect(); return [b.x + b.width * {right}, b.y + b.height * {down}]; }})"
        element = f"document.querySelector({json.dumps(selector)})"
        self.value(f"scrollBy({{top: {at}({element})[1] - innerHeight / 2, behavior: 'instant'}})")
        return self.value(f"{at}({element})")

    def screenshot(self, path, whole=False):
        """A PNG of what is seen, or of the whole page."""
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"] if not whole else \
            self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True,
                      clip={"x": 0, "y": 0, "width": self.value("document.documentElement.scrollWidth"),
                            "height": self.value("document.documentElement.scrollHeight"), "scale": 1})["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))

    def pdf(self, path):
        """The page as it prints."""
        data = self.call("Page.printToPDF", printBackground=True, preferCSSPageSize=False)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))
