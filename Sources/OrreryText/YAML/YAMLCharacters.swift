/// A byte of an input that YAML does not allow.
struct UnreadableCharacter {
    var offset: Int
    var message: String
    var hint: String?
}

/// The length of a UTF-8 byte order mark at the start.
func byteOrderMarkLength(_ bytes: [UInt8]) -> Int {
    bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF ? 3 : 0
}

/// The first byte that is no UTF-8, or the first character that YAML forbids. libyaml looks for the same, but gives no
/// line for it.
func firstUnreadableCharacter(_ bytes: [UInt8]) -> UnreadableCharacter? {
    var offset = 0
    while offset < bytes.count {
        let byte = bytes[offset]
        if byte < 0x80 {
            guard byte >= 0x20 && byte != 0x7F || byte == 0x0A || byte == 0x0D || byte == 0x09 else {
                return forbidden(UInt32(byte), at: offset)
            }
            offset += 1
            continue
        }
        guard let (value, length) = decodeScalar(bytes, at: offset) else {
            return UnreadableCharacter(
                offset: offset, message: "byte 0x\(hexadecimal(UInt32(byte), digits: 2)) is no valid UTF-8",
                hint: "save the file as UTF-8")
        }
        if value < 0xA0 && value != 0x85 || value == 0xFFFE || value == 0xFFFF {
            return forbidden(value, at: offset)
        }
        offset += length
    }
    return nil
}

/// The first `%` directive past any reasonable number: libyaml compares each with all before it.
func directiveTooMany(_ bytes: [UInt8]) -> UnreadableCharacter? {
    let most = 16
    var count = 0
    var startsLine = true
    for (offset, byte) in bytes.enumerated() {
        if startsLine, byte == UInt8(ascii: "%") {
            count += 1
            if count > most {
                return UnreadableCharacter(offset: offset, message: "more than \(most) lines start with '%'")
            }
        }
        startsLine = byte == 0x0A || byte == 0x0D
    }
    return nil
}

private func forbidden(_ value: UInt32, at offset: Int) -> UnreadableCharacter {
    let name = value == 0 ? "a NUL character" : "control character U+\(hexadecimal(value, digits: 4))"
    return UnreadableCharacter(offset: offset, message: "\(name) is not allowed")
}

/// One code point of more than one byte, if well formed: shortest form, no surrogate, at most U+10FFFF.
func decodeScalar(_ bytes: [UInt8], at offset: Int) -> (value: UInt32, length: Int)? {
    let first = UInt32(bytes[offset])
    let (length, least): (Int, UInt32)
    switch first {
    case 0xC2...0xDF: (length, least) = (2, 0x80)
    case 0xE0...0xEF: (length, least) = (3, 0x800)
    case 0xF0...0xF4: (length, least) = (4, 0x10000)
    default: return nil
    }
    guard offset + length <= bytes.count else { return nil }
    var value = first & (0x7F >> UInt32(length))
    for next in bytes[(offset + 1)..<(offset + length)] {
        guard next & 0xC0 == 0x80 else { return nil }
        value = value << 6 | UInt32(next & 0x3F)
    }
    guard value >= least, value <= 0x10FFFF, !(0xD800...0xDFFF).contains(value) else { return nil }
    return (value, length)
}

/// Line and column of a byte, counting code points and YAML's line breaks as libyaml does. The bytes before `offset`
/// are valid UTF-8.
func position(of offset: Int, in bytes: [UInt8], file: String) -> SourceMark {
    var mark = SourceMark(file: file)
    var index = 0
    while index < offset {
        let byte = bytes[index]
        let (value, length) = byte < 0x80 ? (UInt32(byte), 1) : decodeScalar(bytes, at: index) ?? (0, 1)
        let isPair = value == 0x0D && index + 1 < bytes.count && bytes[index + 1] == 0x0A
        index += length
        switch value {
        case 0x0D where isPair: continue
        case 0x0A, 0x0D, 0x85, 0x2028, 0x2029:
            mark.line += 1
            mark.column = 1
        default: mark.column += 1
        }
    }
    return mark
}

func hexadecimal(_ value: UInt32, digits: Int) -> String {
    let text = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
}
