using System.Globalization;
using System.Text.Json;
using EdgeStream.Analytics;
using EdgeStream.Gateway.Composition;
using EdgeStream.Gateway.Config;
using EdgeStream.Storage;

namespace EdgeStream.Gateway.Http;

/// <summary><c>GET</c> and <c>POST /api/silences</c>, <c>DELETE /api/silences/{id}</c>: alerts that nobody is to be
/// told of for a while. Durable when it is answered.</summary>
internal static class SilencesEndpoint
{
    private const string Shape = "The body is {\"rule\":\"cpu-*\",\"key\":\"kiln-1\",\"severity\":\"warning\","
        + "\"labels\":{\"site\":\"north\"},\"for\":\"2h\",\"by\":\"who\",\"comment\":\"why\"}, or "
        + "\"until\":\"<ISO 8601>\" for 'for'; one of rule, key, severity and labels at least.";

    /// <summary>Writes <c>{"silences":[…]}</c>, the one that ends first first.</summary>
    public static void Write(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartObject();
        WriteList(writer, parts);
        writer.WriteEndObject();
    }

    /// <summary>Writes the member <c>silences</c> of an open object.</summary>
    public static void WriteList(Utf8JsonWriter writer, GatewayParts parts)
    {
        writer.WriteStartArray("silences");
        foreach (var silence in parts.Alerting.Desk.Silences)
        {
            DeskJson.Write(writer, silence);
        }

        writer.WriteEndArray();
    }

    /// <summary>Makes one.</summary>
    public static async Task PostAsync(HttpContext context, GatewayParts parts)
    {
        using var body = await JsonBody.ReadAsync(context, Shape);
        var draft = Read(body.RootElement, parts.Time.GetUtcNow());
        var silence = await DeskCalls.RunAsync(
            () => parts.Alerting.Desk.SilenceAsync(draft, context.RequestAborted));
        await JsonReply.WriteAsync(context, StatusCodes.Status200OK, silence, DeskJson.Write);
    }

    /// <summary>Ends one.</summary>
    public static async Task DeleteAsync(HttpContext context, GatewayParts parts, string id)
    {
        if (!await DeskCalls.RunAsync(() => parts.Alerting.Desk.EndSilenceAsync(id, context.RequestAborted)))
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status404NotFound, "silence_not_found", $"There is no silence '{id}'.",
                "GET /api/silences lists them."));
        }

        await JsonReply.WriteAsync(context, StatusCodes.Status200OK, parts, Write);
    }

    private static Silence Read(JsonElement body, DateTimeOffset now)
    {
        foreach (var member in body.EnumerateObject())
        {
            if (member.Name is not ("rule" or "key" or "severity" or "labels" or "for" or "until" or "by" or "comment"))
            {
                throw new ApiException(ApiError.Invalid($"There is no '{member.Name}'.", Shape));
            }
        }

        return new Silence
        {
            Id = "",
            Rule = JsonBody.TextOf(body, "rule", Shape),
            Key = JsonBody.TextOf(body, "key", Shape),
            Severity = SeverityOf(JsonBody.TextOf(body, "severity", Shape)),
            Labels = LabelsOf(body),
            CreatedAt = default,
            Until = UntilOf(body, now),
            By = JsonBody.TextOf(body, "by", Shape) ?? "",
            Comment = JsonBody.TextOf(body, "comment", Shape) ?? "",
        };
    }

    private static RuleSeverity? SeverityOf(string? word)
    {
        try
        {
            return word is null ? null : AlertJson.SeverityOf(word);
        }
        catch (FormatException refused)
        {
            throw new ApiException(ApiError.Invalid(refused.Message, Shape));
        }
    }

    private static LabelSet LabelsOf(JsonElement body)
    {
        if (!body.TryGetProperty("labels", out var labels) || labels.ValueKind == JsonValueKind.Null)
        {
            return LabelSet.None;
        }

        if (labels.ValueKind != JsonValueKind.Object)
        {
            throw new ApiException(ApiError.Invalid("'labels' is no object.", Shape));
        }

        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var label in labels.EnumerateObject())
        {
            texts[label.Name] = label.Value.ValueKind == JsonValueKind.String
                ? label.Value.GetString()!
                : throw new ApiException(ApiError.Invalid($"The label '{label.Name}' is no text.", Shape));
        }

        return new LabelSet(texts);
    }

    private static Timestamp UntilOf(JsonElement body, DateTimeOffset now)
    {
        var until = JsonBody.TextOf(body, "until", Shape);
        var duration = JsonBody.TextOf(body, "for", Shape);
        if (until is null == duration is null)
        {
            throw new ApiException(ApiError.Invalid("A silence has either 'for' or 'until'.", Shape));
        }

        if (until is not null)
        {
            return DateTimeOffset.TryParse(
                until, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? Timestamp.From(time)
                : throw new ApiException(ApiError.Invalid($"'until' cannot be '{until}'.", Shape));
        }

        return DurationText.TryParse(duration!, out var length) && length <= DateTimeOffset.MaxValue - now
            ? Timestamp.From(now + length)
            : throw new ApiException(ApiError.Invalid(
                $"'for' cannot be '{duration}'; allowed: {DurationText.Allowed}.", Shape));
    }
}
