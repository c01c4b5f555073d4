import Foundation

/// Results of other simulators, outside the package: rows of CSV files by column name.
struct ReferenceRows {
    var rows: [[String: String]] = []

    /// Reads `shared/reference/<path>`, looked for beside this file and its parents; no rows where it is not there.
    init(_ path: String) {
        guard let text = Self.text(path) else { return }
        let lines = text.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false)
        }
        guard let names = lines.first else { return }
        rows = lines.dropFirst().map { fields in
            Dictionary(zip(names, fields).map { (String($0), String($1)) }, uniquingKeysWith: { first, _ in first })
        }
    }

    private static func text(_ path: String) -> String? {
        var folder = URL(fileURLWithPath: #filePath)
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let file = folder.appendingPathComponent("shared/reference/\(path)")
            if let text = try? String(contentsOf: file, encoding: .utf8) { return text }
        }
        return nil
    }

    static let scaleSim = [
        "gemm_user_bw64_sram256", "conv_user_bw64_sram256", "gemm_user_lowbw_sram16", "gemm_calc_sram256",
    ].flatMap { ReferenceRows("peers/scalesim/\($0).csv").rows }
    static let stonne = ReferenceRows("peers/stonne/tpu_os.csv").rows
}
