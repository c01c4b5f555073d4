import OrrerySimulation
import OrreryText

extension Machine {
    /// The JSON Schema of machine files, for editors.
    public static func jsonSchema(classes: [ComponentClass] = Catalog.classes) -> JSONValue {
        let text: JSONValue = ["type": "string"]
        let paths: JSONValue = ["type": "object", "additionalProperties": ["$ref": "#/$defs/note"]]
        return [
            "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Orrery machine", "type": "object",
            "required": ["machine"], "additionalProperties": false,
            "properties": [
                "machine": text, "description": text, "extends": text,
                "clocks": ["type": "object", "additionalProperties": ["type": ["string", "object"]]],
                "components": ["$ref": "#/$defs/components"], "connect": ["$ref": "#/$defs/connect"],
                "interleave": ["type": "object"],
                "energy": [
                    "type": ["object", "null"], "additionalProperties": false,
                    "properties": [
                        "table": text, "accounting": ["enum": ["complete", "artifact"]], "actions": ["type": "object"],
                    ],
                ],
                "area": [
                    "type": ["object", "null"], "additionalProperties": false, "properties": ["table": text],
                ],
                "sources": paths,
            ],
            "$defs": [
                "note": [
                    "type": "object", "required": ["source", "status"], "additionalProperties": false,
                    "properties": ["source": text, "status": ["enum": statuses]],
                ],
                "connect": [
                    "type": "array",
                    "items": ["anyOf": [text, ["type": "array", "minItems": 2, "maxItems": 2, "items": text]]],
                ],
                "components": [
                    "type": "object",
                    "additionalProperties": ["anyOf": .array([group, extending(classes)] + classes.map(schema))],
                ],
            ],
        ]
    }

    private static let statuses = JSONValue.array(SourceNote.Status.allCases.map { .string($0.rawValue) })

    private static let group: JSONValue = [
        "type": "object", "required": ["class", "components"], "additionalProperties": false,
        "properties": [
            "class": ["const": "group"], "clock": ["type": "string"],
            "count": ["type": ["integer", "string", "object"]],
            "instances": ["type": "object"], "components": ["$ref": "#/$defs/components"],
            "connect": ["$ref": "#/$defs/connect"], "exports": ["type": "object"], "interleave": ["type": "object"],
        ],
    ]

    /// A component of a file that extends another one may leave its class to that: any parameter of any class may stand there.
    private static func extending(_ classes: [ComponentClass]) -> JSONValue {
        let parameters = classes.flatMap { $0.parameters.map(\.name) }
        let others = ["clock", "count", "instances", "made_of", "components", "connect", "exports", "interleave"]
        let names = Set(parameters + others).sorted()
        return [
            "type": ["object", "null"], "additionalProperties": false,
            "properties": .object(names.map { .init($0, true) }),
        ]
    }

    private static func schema(_ component: ComponentClass) -> JSONValue {
        ParameterValues.jsonSchema(
            of: component.parameters,
            others: [
                .init("class", ["const": .string(component.name), "description": .string(component.summary)]),
                .init("clock", ["type": "string"]), .init("count", ["type": ["integer", "string", "object"]]),
                .init("instances", ["type": "object"]), .init("made_of", ["type": "object"]),
            ])
    }
}
