/// Where in a nest things happen, and over which lanes.
///
/// Depth *k* is the body of the first *k* loops; an unrolled loop is none of them.
struct NestLayout {
    /// How an operand lies over the lanes.
    enum Form { case shared, contiguous, scattered }

    /// Loops that are not unrolled.
    let depth: Int
    let lanes: Int
    /// Lanes that a vector register holds, one range a register.
    let chunks: [Range<Int>]
    /// Depths and forms of the loads, and at the end those of the result.
    let depths: [Int]
    let forms: [Form]
    /// The body is folded.
    let isFolded: Bool
    /// Reduced loops around the place where a result is stored: in all their iterations but the first it is loaded again.
    let outerReductions: [Int]

    var resultDepth: Int { depths[depths.count - 1] }
    var resultForm: Form { forms[forms.count - 1] }

    init(_ nest: LoopNest) {
        let depth = nest.loops.count - (nest.isUnrolled ? 1 : 0)
        let lanes = nest.isUnrolled ? nest.loops[depth].trips : 1
        var depths: [Int] = []
        var forms: [Form] = []
        for operand in nest.loads + [nest.result] {
            let index = operand.index
            let affine = (0..<depth).last { index.coefficients[$0] != 0 }.map { $0 + 1 } ?? 0
            depths.append(index.lookups.reduce(max(affine, nest.fixed)) { max($0, depths[$1.load]) })
            let stride = nest.isUnrolled ? index.coefficients[depth] : 0
            if index.lookups.contains(where: { forms[$0.load] != .shared }) {
                forms.append(.scattered)
            } else {
                forms.append(stride == 0 ? .shared : stride == 1 ? .contiguous : .scattered)
            }
        }
        // A kept loop with a single element still has the result stored in it.
        let kept = (0..<depth).last { !nest.loops[$0].isReduced }.map { $0 + 1 } ?? 0
        depths[depths.count - 1] = max(kept, nest.fixed)
        let isScattered = forms.contains(.scattered)
        let width = isScattered ? min(nest.width, LoopNest.loadsOfInstruction) : nest.width
        self.depth = depth
        self.lanes = lanes
        chunks = stride(from: 0, to: lanes, by: max(1, width)).map { $0..<min($0 + max(1, width), lanes) }
        self.depths = depths
        self.forms = forms
        isFolded = nest.steps.last?.sources.contains(.sum) ?? false
        outerReductions = (0..<kept).filter { nest.loops[$0].isReduced }
    }

    /// Registers that keep a load: one for each chunk where it stays over iterations of an inner loop.
    func registers(ofLoad load: Int) -> Int { forms[load] == .shared || depths[load] == depth ? 1 : chunks.count }

    /// Registers that keep what is folded.
    var sumRegisters: Int { !isFolded ? 0 : resultDepth == depth ? 1 : chunks.count }

    /// Registers of the whole nest.
    func registers(of nest: LoopNest) -> Int {
        nest.loads.indices.reduce(sumRegisters + nest.steps.count) { $0 + registers(ofLoad: $1) }
    }
}
