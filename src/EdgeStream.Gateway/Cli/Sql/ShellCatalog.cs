using System.Text.Json;

namespace EdgeStream.Gateway.Cli.Sql;

/// <summary>What a gateway has that statements name: streams, and their columns.</summary>
/// <remarks>Asked for when it is wanted, and then known for half a minute. Where the gateway does not answer within a
/// second, nothing is known.</remarks>
internal sealed class ShellCatalog(GatewayClient client)
{
    private static readonly TimeSpan KnownTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, (long At, IReadOnlyList<string> Names)> _known = new(StringComparer.Ordinal);

    /// <summary>The streams' names.</summary>
    public IReadOnlyList<string> Streams => Ask("/api/streams", "streams");

    /// <summary>The columns of a stream.</summary>
    public IReadOnlyList<string> ColumnsOf(string stream) =>
        Ask($"/api/queries/discover?stream={Uri.EscapeDataString(stream)}", "columns");

    private IReadOnlyList<string> Ask(string path, string list)
    {
        if (_known.TryGetValue(path, out var known) && TimeProvider.System.GetElapsedTime(known.At) < KnownTime)
        {
            return known.Names;
        }

        // A person waits for it at the keyboard: nothing else is to be done meanwhile.
        var names = Task.Run(() => AskAsync(path, list)).GetAwaiter().GetResult();
        _known[path] = (TimeProvider.System.GetTimestamp(), names);
        return names;
    }

    private async Task<IReadOnlyList<string>> AskAsync(string path, string list)
    {
        try
        {
            using var limit = new CancellationTokenSource(AnswerTime);
            using var answer = await client.GetOkAsync(path, limit.Token);
            var names = new List<string>();
            foreach (var item in answer.RootElement.GetProperty(list).EnumerateArray())
            {
                names.Add(item.GetProperty("name").GetString()!);
            }

            return names;
        }
        catch (Exception error) when (error is CommandException or OperationCanceledException or JsonException
            or KeyNotFoundException or InvalidOperationException)
        {
            return [];
        }
    }
}
