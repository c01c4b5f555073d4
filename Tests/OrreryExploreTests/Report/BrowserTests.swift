import Foundation
import OrreryText
import Testing

@testable import OrreryExplore

/// A browser without a window, where this machine has one.
private enum Browser {
    static let path: String? = {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        for name in ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"] {
            for folder in folders where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
                return "\(folder)/\(name)"
            }
        }
        return nil
    }()

    /// The page's document after its scripts have run.
    static func document(of page: String) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "orrery-page-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "page.html")
        try page.write(to: file, atomically: true, encoding: .utf8)
        let output = folder.appending(path: "document.html")
        _ = FileManager.default.createFile(atPath: output.path, contents: nil)
        let process = Process()
        process.executableURL = URL(filePath: try #require(path))
        process.arguments = [
            "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir=\(folder.path)/profile",
            "--window-size=1400,1000", "--virtual-time-budget=4000", "--dump-dom", file.absoluteString,
        ]
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return try String(contentsOf: output, encoding: .utf8)
    }
}

/// The page of a study in a browser: what a reader does with it, and what he then sees.
@Suite(.enabled(if: Browser.path != nil, "no headless Chromium on this machine"))
struct BrowserTests {
    /// Acts on the page after it has drawn itself, and leaves a JSON object in the element `probe`.
    private static let probe = """
        <script>
        HTMLElement.prototype.setPointerCapture = () => {};
        const seen = { errors: [] };
        addEventListener("error", (event) => seen.errors.push(event.message));
        const send = (node, type, [x, y]) => {
          const box = node.getBoundingClientRect();
          node.dispatchEvent(new PointerEvent(type, { clientX: box.left + x, clientY: box.top + y, bubbles: true }));
        };
        const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        async function act() {
          await frame();
          await frame();
          const view = views.find((view) => view instanceof Scatter);
          const node = view.canvas.node;
          const place = (index) => [view.places[2 * index], view.places[2 * index + 1]];
          const pixels = node.getContext("2d").getImageData(0, 0, node.width, node.height).data;
          seen.inked = pixels.some((value) => value !== 0);
          seen.detail = document.getElementById("detail").textContent;
          send(node, "pointermove", place(TARGET));
          await frame();
          seen.hovered = state.hovered;
          seen.tip = getComputedStyle(tip).display === "block" ? tip.textContent : "";
          send(node, "pointerdown", place(TARGET));
          send(node, "pointerup", place(TARGET));
          await frame();
          seen.selected = state.selected;
          seen.now = document.getElementById("detail").textContent;
          const [first] = document.querySelectorAll(".filter button");
          first.click();
          await frame();
          seen.filtered = document.getElementById("status").textContent;
          seen.rows = document.querySelectorAll("#points tbody tr").length;
          first.click();
          const [x, y] = place(TARGET);
          send(node, "pointerdown", [x - 12, y - 12]);
          send(node, "pointermove", [x + 12, y + 12]);
          send(node, "pointerup", [x + 12, y + 12]);
          await frame();
          seen.brushed = visible[TARGET];
          seen.brushedCount = visibleCount;
          document.getElementById("reset").click();
          await frame();
          seen.reset = visibleCount;
          seen.wide = document.documentElement.scrollWidth <= innerWidth;
        }
        act().catch((error) => seen.errors.push(String(error))).finally(() =>
          document.body.append(element("pre", { id: "probe", textContent: JSON.stringify(seen) })));
        </script>
        </body>
        """

    static func read(_ page: String, target: Int) throws -> JSONValue {
        let script = probe.replacing("TARGET", with: "\(target)")
        // A browser that draws nothing on a screen has no frames to wait for.
        let frames = "<head><script>window.requestAnimationFrame = (draw) => setTimeout(draw, 10);</script>"
        let document = try Browser.document(
            of: page.replacing("<head>", with: frames).replacing("</body>", with: script))
        let start = try #require(document.range(of: "<pre id=\"probe\">")?.upperBound)
        let end = try #require(document.range(of: "</pre>", range: start..<document.endIndex)?.lowerBound)
        let text = document[start..<end].replacing("&lt;", with: "<").replacing("&gt;", with: ">")
            .replacing("&amp;", with: "&")
        return try JSONValue(parsing: String(text))
    }

    @Test func aReaderHoversSelectsFiltersAndBrushes() throws {
        let run = Designs.run(count: 300)
        let front = run.tradeoff.front
        let target = try #require(front.first { $0 != run.tradeoff.knee })
        let seen = try Self.read(run.page(), target: target)
        #expect(seen["errors"] == [])
        #expect(seen["inked"] == true)
        #expect(seen["detail"]?.string?.contains("the knee of the front") == true)
        #expect(seen["hovered"]?.integer == target)
        #expect(seen["tip"]?.string?.contains("point \(target + 1), on the front") == true)
        #expect(seen["tip"]?.string?.contains("limited by") == true)
        #expect(seen["selected"]?.integer == target)
        #expect(seen["now"]?.string?.contains("Point \(target + 1): on the front") == true)
        #expect(seen["now"]?.string?.contains("Engines: busy, stalled, idle") == true)
        let first = run.study.axes[0].values[0].label
        let rest = run.points.count { $0.labels[0] != first }
        #expect(seen["filtered"]?.string == "\(rest) of 300 points shown")
        #expect(seen["rows"]?.integer == min(rest, 100))
        #expect(seen["brushed"]?.integer == 1)
        #expect((seen["brushedCount"]?.integer ?? 300) < 100)
        #expect(seen["reset"]?.integer == 300)
        #expect(seen["wide"] == true)
    }

    @Test func aStudyWithoutBreakdownsOrFrontIsShown() throws {
        let page = try StudyRunTests.run(workers: 1).page()
        let seen = try Self.read(page, target: 0)
        #expect(seen["errors"] == [])
        #expect(seen["tip"]?.string?.contains("latency.seconds") == true)
    }

    @Test func tenThousandPointsAreSmallAndQuick() throws {
        let run = Designs.run(count: 10_000)
        let page = run.page()
        #expect(page.utf8.count < 2_000_000)
        let target = try #require(run.tradeoff.front.first { $0 != run.tradeoff.knee })
        let seen = try Self.read(page, target: target)
        #expect(seen["errors"] == [])
        #expect(seen["hovered"]?.integer == target)
        #expect(seen["reset"]?.integer == 10_000)
    }
}
