using System.Net.Http.Headers;
using System.Text.Json;
using EdgeStream.Gateway.Composition;

namespace EdgeStream.Gateway.Cli;

/// <summary>Asks a running gateway over HTTP.</summary>
internal sealed class GatewayClient : IDisposable
{
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(60);

    private readonly HttpClient _client;
    private readonly Uri _url;

    /// <summary>Prepares for a gateway; nothing is sent yet.</summary>
    public GatewayClient(Uri url)
    {
        _url = url;
        var handler = new SocketsHttpHandler { ConnectTimeout = ConnectTime, UseProxy = false, UseCookies = false };
        _client = new HttpClient(handler)
        {
            BaseAddress = url, Timeout = AnswerTime,
        };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("edgestream", GatewayVersion.Text));
    }

    /// <summary>Asks for JSON, whatever the status; the caller disposes the answer.</summary>
    /// <exception cref="CommandException">Nobody answers, or what comes is not JSON.</exception>
    public Task<(int Status, JsonDocument Body)> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);

    private async Task<(int Status, JsonDocument Body)> SendAsync(
        HttpRequestMessage message, CancellationToken cancellationToken)
    {
        using var request = message;
        try
        {
            using var response = await _client.SendAsync(request, cancellationToken);
            var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            var isNothing = response.StatusCode == System.Net.HttpStatusCode.NoContent;
            return ((int)response.StatusCode, JsonDocument.Parse(isNothing ? "{}"u8.ToArray() : body));
        }
        catch (HttpRequestException error)
        {
            throw NobodyAnswers(error);
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw NoAnswerInTime();
        }
        catch (JsonException)
        {
            throw new CommandException(ExitCode.Unavailable, $"What answers at {_url} is no EdgeStream gateway.");
        }
    }

    /// <summary>Asks for JSON and takes errors of the gateway as the end of the command.</summary>
    /// <exception cref="CommandException">As above, or the gateway refuses.</exception>
    public async Task<JsonDocument> GetOkAsync(string path, CancellationToken cancellationToken)
    {
        var (status, body) = await GetAsync(path, cancellationToken);
        return OkOrThrow(status, body);
    }

    /// <summary>Sends JSON, and takes errors of the gateway as the end of the command.</summary>
    /// <exception cref="CommandException">As above.</exception>
    public Task<JsonDocument> PostOkAsync(string path, byte[] json, CancellationToken cancellationToken) =>
        SendOkAsync(HttpMethod.Post, path, json, cancellationToken);

    /// <summary>Changes something by JSON, and takes errors of the gateway as the end of the command.</summary>
    /// <exception cref="CommandException">As above.</exception>
    public Task<JsonDocument> PatchOkAsync(string path, byte[] json, CancellationToken cancellationToken) =>
        SendOkAsync(HttpMethod.Patch, path, json, cancellationToken);

    private async Task<JsonDocument> SendOkAsync(
        HttpMethod method, string path, byte[] json, CancellationToken cancellationToken)
    {
        var content = new ByteArrayContent(json)
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        };
        var (status, body) = await SendAsync(
            new HttpRequestMessage(method, path) { Content = content }, cancellationToken);
        return OkOrThrow(status, body);
    }

    /// <summary>Sends JSON and gives the answer when its head is there; its body comes bit by bit.</summary>
    /// <exception cref="CommandException">Nobody answers.</exception>
    public async Task<HttpResponseMessage> OpenAsync(string path, byte[] json, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new ByteArrayContent(json)
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        };
        try
        {
            return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException error)
        {
            throw NobodyAnswers(error);
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw NoAnswerInTime();
        }
    }

    /// <summary>Sends JSON, whatever the status; the caller disposes the answer.</summary>
    /// <exception cref="CommandException">Nobody answers, or what comes is not JSON.</exception>
    public Task<(int Status, JsonDocument Body)> SendAsync(
        HttpMethod method, string path, byte[] json, CancellationToken cancellationToken)
    {
        var content = new ByteArrayContent(json)
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        };
        return SendAsync(new HttpRequestMessage(method, path) { Content = content }, cancellationToken);
    }

    /// <summary>Asks for something to be taken away, and takes errors of the gateway as the end of the
    /// command.</summary>
    /// <exception cref="CommandException">As above.</exception>
    public async Task<JsonDocument> DeleteOkAsync(string path, CancellationToken cancellationToken)
    {
        var (status, body) = await SendAsync(new HttpRequestMessage(HttpMethod.Delete, path), cancellationToken);
        return OkOrThrow(status, body);
    }

    private CommandException NobodyAnswers(HttpRequestException error) => new(
        ExitCode.Unavailable,
        $"No gateway answers at {_url}: {error.Message} Is it running? Name another with --url.");

    private CommandException NoAnswerInTime() =>
        new(ExitCode.Unavailable, $"The gateway at {_url} did not answer in time.");

    private static JsonDocument OkOrThrow(int status, JsonDocument body)
    {
        if (status is StatusCodes.Status200OK or StatusCodes.Status201Created or StatusCodes.Status204NoContent)
        {
            return body;
        }

        using (body)
        {
            var refusal = body.RootElement.TryGetProperty("error", out var error)
                ? $"{error.GetProperty("message").GetString()} {error.GetProperty("hint").GetString()}"
                : $"HTTP {status}";
            throw new CommandException(
                status < StatusCodes.Status500InternalServerError ? ExitCode.Usage : ExitCode.Unavailable, refusal);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
