using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace EdgeStream.Testing;

/// <summary>The gateway's REST interface as a test uses it.</summary>
/// <remarks>Thread-safe.</remarks>
public sealed class GatewayApi : IDisposable
{
    private readonly HttpClient _client;

    /// <summary>Talks to the gateway at an address.</summary>
    public GatewayApi(Uri address)
    {
        Address = address;
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    /// <summary>The root of the interface.</summary>
    public Uri Address { get; }

    /// <summary>Whether <c>/health</c> answers at all, healthy or not.</summary>
    public async Task<bool> IsAnsweringAsync()
    {
        try
        {
            using var response = await _client.GetAsync("/health");
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Asks for any path, whatever the answer's status.</summary>
    public Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(path);

    /// <summary>Asks for a path and returns its body while it still comes.</summary>
    public Task<Stream> GetStreamAsync(string path) => _client.GetStreamAsync(path);

    /// <summary>Asks for a path that answers with JSON.</summary>
    /// <exception cref="HttpRequestException">The answer is no success.</exception>
    public async Task<JsonElement> GetJsonAsync(string path) => await _client.GetFromJsonAsync<JsonElement>(path);

    /// <summary>Asks for a path that answers with JSON, as a document for the caller to dispose.</summary>
    /// <exception cref="HttpRequestException">The answer is no success.</exception>
    public async Task<JsonDocument> GetDocumentAsync(string path)
    {
        await using var body = await _client.GetStreamAsync(path);
        return await JsonDocument.ParseAsync(body);
    }

    /// <summary>Posts a JSON text and returns status and body.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _client.PostAsync(path, content);
        return (response.StatusCode, await response.Content.ReadFromJsonAsync<JsonElement>());
    }

    /// <summary>Appends one record and returns when it is durable.</summary>
    /// <exception cref="HttpRequestException">The gateway refused it.</exception>
    public async Task PublishAsync(string stream, string key, string dataJson)
    {
        var (status, body) = await PostAsync(
            $"/api/streams/{stream}/records", $$"""{"key":{{JsonSerializer.Serialize(key)}},"data":{{dataJson}}}""");
        if (status != HttpStatusCode.OK)
        {
            throw new HttpRequestException($"{(int)status}: {body}", inner: null, status);
        }
    }

    /// <summary>Everything a stream holds now, in the order of each shard.</summary>
    public async Task<IReadOnlyList<ApiRecord>> ReadAllAsync(string stream)
    {
        var follower = new StreamFollower<ApiRecord>(stream, record => ApiRecord.From(record.Clone()));
        await follower.ReadAsync(this);
        return follower.Records;
    }

    /// <summary>One entry of a list such as <c>/api/streams</c> by its name; null while there is none.</summary>
    public async Task<JsonElement?> FindAsync(string path, string list, string member, string value)
    {
        var body = await GetJsonAsync(path);
        foreach (var entry in body.GetProperty(list).EnumerateArray())
        {
            if (entry.GetProperty(member).GetString() == value)
            {
                return entry;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
