import OrrerySimulation

/// A component that is asked for translations: a TLB, or the walker behind the last one.
///
/// What a translation is, is known without it (`PageTable`); the answer says when it is known here.
public class Translator: Server {
    public enum Answer: Hashable, Sendable {
        /// Known at a cycle of the asked component's clock, now or later.
        case ready(at: Cycle)
        /// Not yet known; the asker is told by `completed(tag:)`.
        case waiting
        /// No room; the asker is poked when there is.
        case refused
    }

    /// Asks for the translation of a page.
    func translate(_ page: Page, requester: Int, tag: Int, _ kernel: Kernel) -> Answer { .refused }

    /// Page table that the translations come from.
    var table: PageTable { preconditionFailure("a translator knows a page table") }

    /// The walker at the end of the chain.
    var walker: PageWalker { preconditionFailure("a translator ends in a walker") }

    /// A page has left a TLB above.
    func left(_ page: Page, _ kernel: Kernel) {}

    public override var isFoldable: Bool { false }

    public override var canBeRead: Bool { false }
}
