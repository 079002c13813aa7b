using System.Net;
using System.Text;
using System.Text.Json;
using EdgeStream.Gateway.Config;
using EdgeStream.Gateway.Http;
using EdgeStream.Testing;

namespace EdgeStream.Gateway.Tests.Http;

public sealed class OpenApiTests
{
    /// <summary>What answers only to a WebSocket, and what never ends.</summary>
    private static readonly HashSet<string> Sockets = ["/api/live", "/mqtt"];

    [Fact]
    public async Task The_document_describes_every_route_and_nothing_else()
    {
        await using var gateway = await GatewayUnderTest.StartAsync();
        var document = await gateway.GetAsync(Router.OpenApiPath);
        Assert.Equal("3.1.0", document.GetProperty("openapi").GetString());
        Assert.Equal(Router.Routes.Order(), Operations(document).Select(operation => operation.Name).Order());
        var ids = Operations(document).Select(operation => operation.Body.GetProperty("operationId").GetString());
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(Operations(document), operation =>
        {
            var names = operation.Body.TryGetProperty("parameters", out var parameters)
                ? parameters.EnumerateArray().Where(parameter => parameter.GetProperty("in").GetString() == "path")
                    .Select(parameter => "{" + parameter.GetProperty("name").GetString() + "}")
                : [];
            Assert.Equal(operation.Name.Split('/').Where(part => part.StartsWith('{')), names);
        });
    }

    [Fact]
    public async Task Every_answer_to_a_get_is_as_the_document_says()
    {
        await using var gateway = await StartAsync();
        var document = await gateway.GetAsync(Router.OpenApiPath);
        foreach (var (name, body) in Operations(document))
        {
            var path = name["GET ".Length..].Replace("{stream}", "readings", StringComparison.Ordinal)
                .Replace("devices/{id}", "devices/a%2Fb", StringComparison.Ordinal);
            if (!name.StartsWith("GET ", StringComparison.Ordinal) || path.EndsWith("/live", StringComparison.Ordinal))
            {
                continue;
            }

            using var response = await gateway.Client.GetAsync(path);
            var status = Sockets.Contains(path) ? 426 : 200;
            await CheckAsync(document, body, response, status, name);
        }
    }

    [Theory]
    [InlineData("POST", "readings/records", """{"key":"k","data":{"a":1}}""", 200)]
    [InlineData("POST", "readings/records",
        """{"records":[{"key":"k","dataBase64":"AA==","hashKey":"0"},{"key":"k","data":2.5,"eventTime":null}]}""", 200)]
    [InlineData("POST", "readings/records", """{"key":"k"}""", 400)]
    [InlineData("POST", "none/records", "{}", 404)]
    [InlineData("POST", "small/records", "LARGE", 413)]
    [InlineData("POST", "small/records", "SOME", 207)]
    [InlineData("PUT", "readings/records/a/b", "any bytes", 200)]
    [InlineData("POST", "readings/records/k?hashKey=x", "any bytes", 400)]
    [InlineData("GET", "readings/records?from=nowhere", null, 400)]
    [InlineData("GET", "readings/records?shard=none", null, 404)]
    [InlineData("POST", "readings/shards", """{"shards":2}""", 200)]
    [InlineData("POST", "readings/shards", """{"split":"shardId-000000000000","at":"1"}""", 200)]
    [InlineData("POST", "readings/shards", """{"merge":["shardId-000000000000"]}""", 400)]
    [InlineData("POST", "readings/shards", """{"split":"shardId-000000000009"}""", 404)]
    [InlineData("GET", "none/live", null, 404)]
    [InlineData("GET", "readings/live?from=nowhere", null, 400)]
    public async Task Every_answer_about_records_is_as_the_document_says(
        string method, string path, string? text, int status)
    {
        await using var gateway = await StartAsync();
        var large = $$"""{"key":"k","dataBase64":"{{Convert.ToBase64String(new byte[60_000])}}"}""";
        var json = text == "LARGE" ? large
            : text == "SOME" ? $$"""{"records":[{{large}},{"key":"k","data":1}]}"""
            : text;
        var route = path.Contains("/live", StringComparison.Ordinal) ? "live"
            : path.EndsWith("/shards", StringComparison.Ordinal) ? "shards"
            : path.Contains("/records/", StringComparison.Ordinal) ? "records/{key}"
            : "records";
        await CallAsync(gateway, method, "/api/streams/{stream}/" + route, "/api/streams/" + path, json, status);
    }

    [Theory]
    [InlineData("POST", "/api/silences", """{"rule":"hot","labels":{"a":"b*"},"for":"1h","by":"ann"}""", 200)]
    [InlineData("POST", "/api/silences", "{}", 400)]
    [InlineData("DELETE", "/api/silences/{id}", null, 404)]
    [InlineData("POST", "/api/alerts/{id}/acknowledgement", """{"by":"ann","comment":"c"}""", 200)]
    [InlineData("DELETE", "/api/alerts/{id}/acknowledgement", null, 200)]
    [InlineData("GET", "/api/alerts/history?limit=x", null, 400)]
    public async Task Every_answer_about_alerts_is_as_the_document_says(
        string method, string template, string? json, int status)
    {
        await using var gateway = await StartAsync();
        var id = (await gateway.GetAsync("/api/alerts")).GetProperty("alerts")[0].GetProperty("id").GetString();
        var path = template.Replace("{id}", id, StringComparison.Ordinal);
        await CallAsync(gateway, method, template.Split('?')[0], path, json, status);
    }

    [Theory]
    [InlineData("GET", "/api/devices/{id}", "none", null, 404)]
    [InlineData("PATCH", "/api/devices/{id}", "a%2Fb", """{"alias":"Hall 2"}""", 200)]
    [InlineData("PATCH", "/api/devices/{id}", "a%2Fb", """{"name":"Hall 2"}""", 400)]
    [InlineData("PATCH", "/api/devices/{id}", "none", """{"alias":"Hall 2"}""", 404)]
    [InlineData("DELETE", "/api/devices/{id}", "a%2Fb", null, 200)]
    [InlineData("GET", "/api/devices/{id}/twin", "none", null, 404)]
    [InlineData("PATCH", "/api/devices/{id}/twin", "a%2Fb", """{"state":{"on":true},"version":0}""", 200)]
    [InlineData("PATCH", "/api/devices/{id}/twin", "new", """{"state":{"on":true}}""", 200)]
    [InlineData("PATCH", "/api/devices/{id}/twin", "a%2Fb", """{"state":{},"version":7}""", 409)]
    [InlineData("PATCH", "/api/devices/{id}/twin", "a%2Fb", """{"on":true}""", 400)]
    [InlineData("DELETE", "/api/devices/{id}/twin", "a%2Fb", null, 404)]
    public async Task Every_answer_about_devices_is_as_the_document_says(
        string method, string template, string id, string? json, int status)
    {
        await using var gateway = await StartAsync();
        await CallAsync(
            gateway, method, template, template.Replace("{id}", id, StringComparison.Ordinal), json, status);
    }

    [Theory]
    [InlineData("""{"type":"string"}""", "1")]
    [InlineData("""{"type":"integer"}""", "1.5")]
    [InlineData("""{"enum":["a"]}""", "\"b\"")]
    [InlineData("""{"type":"object","properties":{},"additionalProperties":false}""", """{"a":1}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}}}""", """{"a":1}""")]
    [InlineData("""{"type":"object","required":["a"]}""", "{}")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"string"}}""", """{"a":1}""")]
    [InlineData("""{"type":"array","items":{"type":"string"}}""", "[1]")]
    [InlineData("""{"format":"date-time"}""", "\"today\"")]
    [InlineData("""{"maximum":1}""", "1")]
    public void Canary_what_a_schema_does_not_allow_is_found(string schema, string value)
    {
        using var parsed = JsonDocument.Parse($"[{schema},{value}]");
        Assert.NotEmpty(new SchemaCheck(parsed.RootElement).Problems(parsed.RootElement[0], parsed.RootElement[1]));
    }

    /// <summary>A gateway with something in every list.</summary>
    private static async Task<GatewayUnderTest> StartAsync()
    {
        var gateway = await GatewayUnderTest.StartAsync(
            """
            streams: [{name: small, segmentSize: 64KiB}]
            rules: [{name: hot, field: t, above: 1}]
            sources: [{name: away, mqtt: {url: "mqtt://127.0.0.1:1"}}]
            """,
            new ConfigOverrides { Demo = true });
        await gateway.PostAsync("readings", """{"key":"k","data":{"t":5}}""");
        await gateway.PostAsync("readings", """{"key":"k","dataBase64":"AA=="}""");
        await gateway.PostAsync("readings", """{"key":"a/b","data":{"t":0}}""");
        await Poll.UntilAsync(
            async () => (await gateway.GetAsync("/api/alerts")).GetProperty("alerts").GetArrayLength() > 0);
        return gateway;
    }

    /// <summary>Calls an operation; its answer, and the body of a call that was accepted, are as the document
    /// says.</summary>
    private static async Task CallAsync(
        GatewayUnderTest gateway, string method, string route, string path, string? body, int status)
    {
        var document = await gateway.GetAsync(Router.OpenApiPath);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await gateway.Client.SendAsync(request);
        var name = $"{method} {route}";
        var operation = Operations(document).Single(operation => operation.Name == name).Body;
        await CheckAsync(document, operation, response, status, name);
        if (status != 200 || body is null)
        {
            return;
        }

        var content = operation.GetProperty("requestBody").GetProperty("content");
        if (!content.TryGetProperty("application/octet-stream", out _))
        {
            var schema = content.GetProperty("application/json").GetProperty("schema");
            using var sent = JsonDocument.Parse(body);
            Assert.Empty(new SchemaCheck(document).Problems(schema, sent.RootElement));
        }
    }

    private static async Task CheckAsync(
        JsonElement document, JsonElement operation, HttpResponseMessage response, int status, string name)
    {
        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.True(
            operation.GetProperty("responses").TryGetProperty($"{status}", out var described), $"{name}: {status}");
        var type = response.Content.Headers.ContentType!.MediaType!;
        var schema = described.GetProperty("content").GetProperty(type).GetProperty("schema");
        if (type == "application/json")
        {
            using var answer = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
            Assert.Equal([], new SchemaCheck(document).Problems(schema, answer.RootElement));
        }
    }

    private static IEnumerable<(string Name, JsonElement Body)> Operations(JsonElement document) =>
        from path in document.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        select ($"{operation.Name.ToUpperInvariant()} {path.Name}", operation.Value);
}
