import OrreryResults
import OrreryText

/// A point of a study with what it takes to find or run it.
public struct PreparedPoint: Sendable {
    /// What to run, and what names it; or why it cannot be run.
    public var work: Result<(work: PointWork, inputs: ContentHash), InputErrors>

    /// What names it; nil where it cannot be run.
    public var inputs: ContentHash? {
        if case .success(let (_, inputs)) = work { return inputs }
        return nil
    }
}

extension Study {
    /// Works out what each point depends on, without running any.
    ///
    /// - Parameters:
    ///   - identity: keeps what it reads; pass the same one to ask for the files of a point.
    ///   - repetition: of points that do not say otherwise.
    public func prepared(
        _ points: [Point], identity: inout InputIdentity, repetition: Repetition = .standard
    ) -> [PreparedPoint] {
        points.map { point in
            do throws(InputErrors) {
                let work = try work(point, repetition: repetition)
                return PreparedPoint(
                    work: .success((work, identity.hash(of: work.request, repetition: work.repetition))))
            } catch {
                return PreparedPoint(work: .failure(error))
            }
        }
    }
}
