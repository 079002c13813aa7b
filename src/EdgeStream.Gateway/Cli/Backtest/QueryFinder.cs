using System.Text.Json;
using EdgeStream.Analytics;
using EdgeStream.Sql;

namespace EdgeStream.Gateway.Cli.Backtest;

/// <summary>Finds the query to be back-tested, in a gateway or in a file.</summary>
internal static class QueryFinder
{
    /// <summary>The query of a name; null where the gateway has none, or there is no gateway.</summary>
    public static async Task<TestedQuery?> FindAsync(
        GatewayClient client, string name, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await client.GetOkAsync("/api/queries", cancellationToken);
            foreach (var query in answer.RootElement.GetProperty("queries").EnumerateArray())
            {
                if (query.GetProperty("name").GetString() == name)
                {
                    return new TestedQuery(name, null, OutputsOf(query));
                }
            }
        }
        catch (CommandException)
        {
            return null;
        }

        return null;
    }

    /// <summary>The query that a file holds; where its rows go is in the names of its streams, and their keys are those
    /// of the query that fills these streams now.</summary>
    /// <exception cref="CommandException">The file cannot be read, or its text is wrong.</exception>
    public static async Task<TestedQuery> ReadAsync(
        GatewayClient client, string file, CancellationToken cancellationToken)
    {
        var streams = new List<string>();
        using var answer = await client.GetOkAsync("/api/streams", cancellationToken);
        foreach (var stream in answer.RootElement.GetProperty("streams").EnumerateArray())
        {
            streams.Add(stream.GetProperty("name").GetString()!);
        }

        using var queries = await client.GetOkAsync("/api/queries", cancellationToken);
        var running = queries.RootElement.GetProperty("queries").EnumerateArray().SelectMany(OutputsOf).ToList();
        try
        {
            var sql = await File.ReadAllTextAsync(file, cancellationToken);
            var name = Path.GetFileNameWithoutExtension(file);
            var outputs = QueryText.Define(streams, "draft", sql).Outputs;
            return new TestedQuery(name, sql, [.. outputs.Select(output => InPlace(output, name, running))]);
        }
        catch (SqlException refused)
        {
            throw new CommandException(ExitCode.Usage, $"{file}: {refused.Message}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.InputOutput, error.Message);
        }
    }

    private static List<TestedOutput> OutputsOf(JsonElement query)
    {
        var outputs = new List<TestedOutput>();
        foreach (var output in query.GetProperty("outputs").EnumerateArray())
        {
            outputs.Add(new TestedOutput(
                output.GetProperty("from").GetString()!,
                output.GetProperty("stream").GetString()!,
                output.GetProperty("key").GetString(),
                query.GetProperty("name").GetString()!));
        }

        return outputs;
    }

    /// <summary>A draft's output as the gateway's query has it that fills the same stream, first that of the draft's
    /// own name: what was raised was raised by that query's keys.</summary>
    private static TestedOutput InPlace(QueryOutput output, string draft, IEnumerable<TestedOutput> running)
    {
        var replaced = running.Where(other => other.Stream == output.Stream)
            .OrderBy(other => other.DefaultKey == draft ? 0 : 1).FirstOrDefault();
        return new TestedOutput(output.From, output.Stream, replaced?.KeyColumn, replaced?.DefaultKey ?? draft);
    }
}
