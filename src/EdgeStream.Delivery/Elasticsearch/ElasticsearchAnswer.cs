using System.Globalization;
using System.Text.Json;

namespace EdgeStream.Delivery;

/// <summary>Reads what became of each document of a bulk request.</summary>
internal static class ElasticsearchAnswer
{
    /// <summary>Sets the verdicts of the records that were sent; false where the answer is none to these.</summary>
    /// <param name="body">The answer.</param>
    /// <param name="request">The request.</param>
    /// <param name="sent">The places of the records that were sent, in their order.</param>
    /// <param name="isCreate">Whether documents that are there already are left alone.</param>
    public static bool TryRead(byte[] body, DeliveryRequest request, IReadOnlyList<int> sent, bool isCreate)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind != JsonValueKind.Object
                || !document.RootElement.TryGetProperty("items", out var items)
                || items.ValueKind != JsonValueKind.Array || items.GetArrayLength() != sent.Count)
            {
                return false;
            }

            var at = 0;
            foreach (var item in items.EnumerateArray())
            {
                if (!item.TryGetProperty(isCreate ? "create" : "index", out var result)
                    || !result.TryGetProperty("status", out var status) || !status.TryGetInt32(out var number))
                {
                    return false;
                }

                request.Verdicts[sent[at++]] = VerdictOf(number, result, isCreate);
            }

            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static RecordVerdict VerdictOf(int status, JsonElement result, bool isCreate)
    {
        // A document that was created under this id is the same record: it was taken before.
        if (status is 200 or 201 || (isCreate && status == 409))
        {
            return status == 409 ? RecordVerdict.Accepted.AsRepeat() : RecordVerdict.Accepted;
        }

        var code = status.ToString(CultureInfo.InvariantCulture);
        var hasError = result.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object;
        var type = hasError ? TextOf(error, "type") : "";
        var text = hasError
            ? $"{type}: {TextOf(error, "reason")}" : $"{error}";

        // Of 401, 403 and 404 no record is the reason: rights, blocks and missing indices are someone's to mend.
        // Nor of 400 where the cluster has no shards left, the index is closed, or its configured name is none.
        var isOfCluster = type
            is "validation_exception" or "index_closed_exception" or "invalid_index_name_exception";
        return status is 400 or 413 or 422 && !isOfCluster
            ? RecordVerdict.RefusedAs(
                status == 413 ? RejectionReason.TooLarge : RejectionReason.InvalidData, code, text)
            : RecordVerdict.Again(code, text);
    }

    private static string TextOf(JsonElement element, string name) =>
        element.TryGetProperty(name, out var text) ? text.ToString() : "";
}
