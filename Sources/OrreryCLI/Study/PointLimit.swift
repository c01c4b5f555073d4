import ArgumentParser
import Orrery

/// Reads what a point may take.
enum PointLimit {
    /// `--time-limit`: a time with its unit, or in minutes (`10min`).
    static func seconds(_ text: String) throws -> Double {
        if text.hasSuffix("min"), let minutes = Rational(text.dropLast(3)), minutes > .zero {
            return minutes.doubleValue * 60
        }
        return try quantity(text, "--time-limit", .seconds, example: "90s").doubleValue
    }

    /// `--memory-limit`: bytes with their unit.
    static func bytes(_ text: String) throws -> Int {
        Int(try quantity(text, "--memory-limit", .bytes, example: "2GiB").doubleValue)
    }

    private static func quantity(
        _ text: String, _ option: String, _ dimension: Dimension, example: String
    ) throws -> Quantity {
        let value: Quantity
        do {
            value = try Quantity(parsing: text)
        } catch {
            throw ValidationError("\(option): \(error); such as \(example).")
        }
        guard value.dimension == dimension, value.value > .zero, value.doubleValue < 1e18 else {
            throw ValidationError(
                "\(option) takes a positive value with its unit, such as \(example); found '\(text)'.")
        }
        return value
    }
}
