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

    /// <summary>The query that a file holds; where its rows go is in the names of its streams.</summary>
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

        try
        {
            var sql = await File.ReadAllTextAsync(file, cancellationToken);
            return new TestedQuery(
                Path.GetFileNameWithoutExtension(file), sql, QueryText.Define(streams, "draft", sql).Outputs);
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

    private static List<QueryOutput> OutputsOf(JsonElement query)
    {
        var outputs = new List<QueryOutput>();
        foreach (var output in query.GetProperty("outputs").EnumerateArray())
        {
            outputs.Add(new QueryOutput
            {
                From = output.GetProperty("from").GetString()!,
                Stream = output.GetProperty("stream").GetString()!,
                KeyColumn = output.GetProperty("key").GetString(),
            });
        }

        return outputs;
    }
}
