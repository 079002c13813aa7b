using System.Text.Json;

namespace EdgeStream.Gateway.Cli.Sql;

/// <summary>Has a gateway run a query and takes the rows.</summary>
internal sealed class SqlRunner(GatewayClient client)
{
    private const string Path = "/api/queries/run";

    /// <summary>Runs it to its end.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="columns">Takes the columns, once.</param>
    /// <param name="row">Takes each row.</param>
    /// <param name="skipped">How many characters at the beginning of the text the person did not write now.</param>
    /// <param name="cancellationToken">Breaks it off.</param>
    /// <exception cref="CommandException">The text is wrong, which the message shows, or the gateway has
    /// gone.</exception>
    public async Task<RunEnd> RunAsync(
        SqlRequest request,
        Action<SqlColumn[]> columns,
        Action<JsonElement> row,
        int skipped,
        CancellationToken cancellationToken)
    {
        using var answer = await client.OpenAsync(Path, request.ToJson(), cancellationToken);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
        if (!answer.IsSuccessStatusCode)
        {
            using var refusal = Parse(await lines.ReadToEndAsync(cancellationToken));
            throw Refused(refusal.RootElement, request, skipped, (int)answer.StatusCode);
        }

        while (await NextAsync(lines, cancellationToken) is { } line)
        {
            if (line.Length == 0)
            {
                continue;
            }

            using var json = Parse(line);
            var root = json.RootElement;
            if (root.ValueKind == JsonValueKind.Array)
            {
                row(root);
            }
            else if (root.TryGetProperty("columns", out _))
            {
                columns(SqlColumn.ListOf(root));
            }
            else if (root.TryGetProperty("error", out _))
            {
                throw Refused(root, request, skipped, StatusCodes.Status503ServiceUnavailable);
            }
            else
            {
                return RunEnd.Of(root);
            }
        }

        throw new CommandException(ExitCode.Unavailable, "The gateway hung up before the end.");
    }

    private static async Task<string?> NextAsync(StreamReader lines, CancellationToken cancellationToken)
    {
        try
        {
            return await lines.ReadLineAsync(cancellationToken);
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            throw new CommandException(ExitCode.Unavailable, $"The gateway hung up: {error.Message}");
        }
    }

    private static JsonDocument Parse(string line)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException)
        {
            throw new CommandException(ExitCode.Unavailable, "What answers is no EdgeStream gateway, or an older one.");
        }
    }

    private static CommandException Refused(JsonElement root, SqlRequest request, int skipped, int status) => new(
        status < StatusCodes.Status500InternalServerError ? ExitCode.Usage : ExitCode.Unavailable,
        SqlErrorText.Of(root.GetProperty("error"), request.Sql ?? "", skipped));
}
