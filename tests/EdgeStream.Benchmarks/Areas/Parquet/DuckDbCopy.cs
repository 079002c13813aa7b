using System.Globalization;
using EdgeStream.Benchmarks.Measuring;
using EdgeStream.Testing;

namespace EdgeStream.Benchmarks.Areas.Parquet;

/// <summary>DuckDB's <c>COPY … TO</c> of the same rows out of a table in memory, with one thread.</summary>
internal static class DuckDbCopy
{
    private const string Version = "1.5.6-r.1";

    private const string Script = """
        const [modules, text, file, codec, version] = process.argv.slice(1);
        const { DuckDBInstance } = require(modules);
        const { statSync } = require('node:fs');
        (async () => {
          const connection = await (await DuckDBInstance.create(':memory:')).connect();
          await connection.run('SET threads = 1');
          await connection.run(`CREATE TABLE rows AS SELECT sequence::BIGINT AS sequence, key,
            make_timestamptz(time::BIGINT) AS time, temperature::DOUBLE AS temperature, humidity::DOUBLE AS humidity,
            noise::DOUBLE AS noise, open::BOOLEAN AS open FROM read_csv('${text}', all_varchar = true)`);
          const options = `FORMAT parquet, COMPRESSION ${codec}, PARQUET_VERSION ${version}`;
          const times = [];
          for (let i = 0; i < 3; i++) {
            const processor = process.cpuUsage();
            const started = process.hrtime.bigint();
            await connection.run(`COPY rows TO '${file}' (${options})`);
            const seconds = Number(process.hrtime.bigint() - started) / 1e9;
            const used = process.cpuUsage(processor);
            times.push([seconds, (used.user + used.system) / 1e6]);
          }
          times.sort((one, other) => one[1] - other[1]);
          console.log([...times[1], statSync(file).size].join(' '));
        })();
        """;

    /// <summary>Copies the rows of a text file three times; the middle one counts.</summary>
    /// <param name="text">The rows.</param>
    /// <param name="file">Where the file goes.</param>
    /// <param name="codec">DuckDB's name of the compression.</param>
    /// <param name="version">V1 is DuckDB's default; V2 has its newer encodings.</param>
    /// <param name="count">How many rows there are.</param>
    public static async Task<ParquetFigures> RunAsync(
        string text, string file, string codec, string version, int count)
    {
        var package = await NodePackage.InstallAsync("@duckdb/node-api", Version);
        var run = (await Command.RunAsync(
            "node", ["-e", Script, package, text, file, codec, version], deadline: TimeSpan.FromMinutes(5))).OrThrow();
        double[] figures = [.. run.Output.Split(' ').Select(
            part => double.Parse(part, NumberStyles.Float, CultureInfo.InvariantCulture))];
        return new ParquetFigures(count / figures[0], count / figures[1], figures[2]);
    }
}
