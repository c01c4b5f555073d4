/// Quantiles of Student's t distribution.
enum StudentT {
    /// The value that a variable with `freedom` degrees of freedom exceeds with probability 0.005: half of what 99 % leave.
    ///
    /// Cornish-Fisher expansion in 1 / freedom (Abramowitz and Stegun 26.7.5); within 0.01 % from 10 degrees on and 1 % from 3 on,
    /// and the closed forms below.
    static func half99(_ freedom: Int) -> Double {
        if freedom <= 1 { return 63.656741162871580 }
        if freedom == 2 { return 9.924843200918291 }
        let z = 2.5758293035489004
        let n = Double(freedom)
        let (z2, z4) = (z * z, z * z * z * z)
        let first = z * (z2 + 1) / 4
        let second = z * (5 * z4 + 16 * z2 + 3) / 96
        let third = z * (3 * z4 * z2 + 19 * z4 + 17 * z2 - 15) / 384
        let fourth = z * (79 * z4 * z4 + 776 * z4 * z2 + 1482 * z4 - 1920 * z2 - 945) / 92160
        return z + first / n + second / (n * n) + third / (n * n * n) + fourth / (n * n * n * n)
    }
}
