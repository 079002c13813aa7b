using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Queries;

/// <summary>DuckDB's query over the same JSON, with one thread on one core.</summary>
internal static class DuckDbQuery
{
    private const string Version = "1.5.6-r.1";

    /// <summary>Three runs in one process; the middle one counts.</summary>
    private const string Script = """
        const [modules, sensors, query] = process.argv.slice(1);
        const { DuckDBInstance } = require(modules);
        (async () => {
          const connection = await (await DuckDBInstance.create(':memory:')).connect();
          await connection.run('SET threads = 1');
          await connection.run(`CREATE TABLE sensors AS SELECT sensor, site, correction::DOUBLE AS correction
            FROM read_csv('${sensors}', header = true)`);
          const runs = [];
          for (let i = 0; i < 3; i++) {
            const started = process.hrtime.bigint();
            const row = (await connection.runAndReadAll(query)).getRows()[0];
            runs.push([Number(process.hrtime.bigint() - started) / 1e9, Number(row[0]), Number(row[1])]);
          }
          runs.sort((one, other) => one[0] - other[0]);
          console.log(runs[1].join(' '));
        })();
        """;

    /// <summary>Runs the scenario's query over the set's lines.</summary>
    public static async Task<QueryFigures> RunAsync(ReadingSet set, QueryScenario scenario)
    {
        var package = await NodePackage.InstallAsync("@duckdb/node-api", Version);
        var run = (await Command.RunAsync(
            "taskset",
            [
                "--cpu-list", OwnProcess.OneCore, "node", "-e", Script, package, set.SensorsFile,
                scenario.PeerText(set),
            ],
            deadline: TimeSpan.FromMinutes(5))).OrThrow();
        var parts = run.Output.Trim().Split(' ');
        return QueryFigures.Parse($"{parts[0]} {set.Count} {parts[1]} {parts[2]}");
    }
}
