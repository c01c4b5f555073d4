/// The summary of `Toy()`.
let goldenSummary = """
    toy, tiles, by hand (cold start)

    latency     1.209 us, 1 209 core cycles
    iterations  100 of tile: first 21.00 ns, then 12.00 ns each, last 12.00 ns
    energy      15.21 nJ, dynamic 14.00 nJ, static 1.209 nJ, 12.58 mW on average
    operations  10.00 k multiply-accumulate
    tokens      100, 82.71 Mtokens/s, 6.575 Gtokens/J
    area        12.00 mm2

    limited by  array; the time of array goes to array 99.4 %, dram 0.3 %, reader 0.3 %

    engine    busy  stalled   idle
    reader  33.1 %   63.9 %  3.0 %  waits most for port memory
    array   99.3 %    0.7 %  0.0 %  waits most for tile ready

    memory, link       read  written    achieved  of peak
    dram          6.250 KiB      0 B  5.294 GB/s   33.1 %
    traffic     dram 6.250 KiB, 2.00x the least of 3.125 KiB

    energy by component                               by operator
    array  10.00 nJ  65.8 %                           multiply  10.00 nJ  65.8 %
    dram   5.209 nJ  34.2 %                           fetch     4.000 nJ  26.3 %

    folding     36 of 200 iterations simulated, the others repeat them exactly
    assumptions 1, listed in the JSON result

    """

/// The JSON of `Toy()`.
let goldenJSON = """
    {
      "schema": "orrery-result/1",
      "inputs": {
        "machine": "toy",
        "workload": "tiles",
        "mapping": "by hand",
        "files": [
          {"path": "toy.yaml", "hash": "56f9c5194465b787"}
        ],
        "overrides": [
          {"path": "dram.latency", "value": "5 ns", "origin": "user"}
        ],
        "hash": "cbf29ce484222325"
      },
      "start": "cold",
      "latency": {
        "seconds": 1.209e-06,
        "cycles": {"core": 1209},
        "iterations": {
          "tile": {"trips": 100, "runs": 1, "first_seconds": 2.1e-08, "steady_seconds": 1.2e-08, "last_seconds": 1.2e-08}
        }
      },
      "energy": {
        "joules": 1.5209e-08,
        "dynamic": 1.4e-08,
        "static": 1.209e-09,
        "watts": 0.012579818031430936,
        "accounting": "complete",
        "by_component": {"reader": 0.0, "array": 1e-08, "dram": 5.209e-09},
        "by_operator": {"fetch": 3.9999999999999994e-09, "multiply": 1e-08},
        "by_action": {
          "reader": {"multiply-accumulate": 0.0},
          "array": {"multiply-accumulate": 1e-08},
          "dram": {"read": 3.9999999999999994e-09, "write": 0.0}
        },
        "static_by_component": {"dram": 1.209e-09},
        "unpriced": []
      },
      "area": {
        "square_metres": 1.2e-05,
        "by_component": {"array": 2e-06, "dram": 1e-05}
      },
      "workload": {
        "name": "tiles",
        "operations": {"multiply-accumulate": 10000},
        "minimum_bytes": 3200,
        "moved_bytes": 6400,
        "tokens": 100,
        "tokens_per_second": 82712985.9387924,
        "tokens_per_joule": 6575054244.197515
      },
      "engines": {
        "reader": {"utilisation": 0.3308519437551696, "stalled": 0.6393713813068652, "idle": 0.02977667493796526},
        "array": {"utilisation": 0.9925558312655087, "stalled": 0.007444168734491315, "idle": 0.0}
      },
      "memories": {
        "dram": {
          "read_bytes": 6400,
          "written_bytes": 0,
          "bytes": 6400,
          "bytes_per_second": 5293631100.082713,
          "peak_bytes_per_second": 16000000000.0,
          "achieved_fraction": 0.3308519437551696
        }
      },
      "links": {},
      "limiting": {
        "component": "array",
        "engine": "array",
        "attribution": {"array": 0.9942784488239034, "dram": 0.0031786395422759056, "reader": 0.0025429116338207248},
        "counterfactuals": []
      },
      "folding": {
        "kind": "exact",
        "iterations": 200,
        "simulated": 36,
        "loops": [
          {
            "loop": "tile",
            "trips": 200,
            "simulated": 36,
            "folds": 1,
            "kind": "exact",
            "period_seconds": 1.2e-08,
            "reason": null
          }
        ]
      },
      "components": {
        "reader": {
          "class": "toy-reader",
          "role": "engine",
          "clock": "core",
          "elapsed": 1209,
          "busy": 400,
          "stalls": {"port memory": 500, "tile ready": 273},
          "idle": 36,
          "actions": {"multiply-accumulate": 0},
          "counters": {"commands": 100},
          "by_operator": {
            "fetch": {"busy": 400}
          }
        },
        "array": {
          "class": "toy-array",
          "role": "engine",
          "clock": "core",
          "elapsed": 1209,
          "busy": 1200,
          "stalls": {"tile ready": 9},
          "idle": 0,
          "actions": {"multiply-accumulate": 10000},
          "counters": {"commands": 100},
          "by_operator": {
            "multiply": {
              "busy": 1200,
              "actions": {"multiply-accumulate": 10000}
            }
          }
        },
        "dram": {
          "class": "toy-memory",
          "role": "memory",
          "clock": "core",
          "elapsed": 1209,
          "actions": {"read": 400, "write": 0},
          "bytes": {"read": 6400, "written": 0},
          "counters": {},
          "by_operator": {
            "fetch": {
              "actions": {"read": 400},
              "bytes": {"read": 6400}
            }
          }
        }
      },
      "assumptions": ["tiles never collide"]
    }
    """
