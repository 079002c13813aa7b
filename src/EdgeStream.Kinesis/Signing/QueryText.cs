namespace EdgeStream.Kinesis;

/// <summary>Takes a query apart.</summary>
internal static class QueryText
{
    private const int PairsMax = 256;

    /// <summary>Names and values, decoded, in the order of the query.</summary>
    /// <exception cref="ApiException">There are more than 256.</exception>
    internal static List<KeyValuePair<string, string>> Parse(ReadOnlySpan<char> query)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var range in query.Split('&'))
        {
            var part = query[range];
            if (part.IsEmpty)
            {
                continue;
            }

            if (pairs.Count == PairsMax)
            {
                throw new ApiException(ErrorType.IncompleteSignature, "The query has too many parameters.");
            }

            var equals = part.IndexOf('=');
            var name = equals < 0 ? part : part[..equals];
            var value = equals < 0 ? default : part[(equals + 1)..];
            pairs.Add(new KeyValuePair<string, string>(
                Uri.UnescapeDataString(name), Uri.UnescapeDataString(value)));
        }

        return pairs;
    }
}
