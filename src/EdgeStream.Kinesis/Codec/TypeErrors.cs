namespace EdgeStream.Kinesis;

/// <summary>The service's texts for members that are of another type than the action takes.</summary>
internal static class TypeErrors
{
    internal const string Number = "class com.amazon.coral.value.json.numbers.TruncatingBigNumber";
    internal const string Text = "class java.lang.String";
    internal const string Boolean = "class java.lang.Boolean";

    internal static ApiException CannotConvert(string from, string to) =>
        ApiException.Serialization($"{from} can not be converted to {to}");

    internal static ApiException NotBoolean(string text) =>
        ApiException.Serialization($"'{QuotedText.Of(text).ToUpperInvariant()}' can not be converted to an Boolean");

    internal static ApiException StartOfList() => ApiException.Serialization("Start of list found where not expected");

    internal static ApiException StartOfStructure() =>
        ApiException.Serialization("Start of structure or map found where not expected.");
}
