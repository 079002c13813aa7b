namespace EdgeStream.Delivery;

/// <summary>What stands for <c>!{firehose:error-output-type}</c> in an error prefix; it never changes.</summary>
internal static class ErrorTypes
{
    /// <summary>What the codes of records that could not be transformed begin with.</summary>
    private const string TransformCodes = "Transform.";

    /// <summary>The code of records that cannot stand in an object.</summary>
    public const string InvalidDataCode = "Format.InvalidData";

    private const string Transform = "processing-failed";
    private const string Columns = "format-conversion-failed";

    /// <summary>As Firehose has it: <c>processing-failed</c> where the transform failed,
    /// <c>format-conversion-failed</c> where a record is no row of a Parquet file, and <c>&lt;kind&gt;-failed</c> for
    /// all else.</summary>
    public static string Of(RejectionCause cause, DeliveryDefinition definition) =>
        cause.Code.StartsWith(TransformCodes, StringComparison.Ordinal) ? Transform
        : cause.Code == InvalidDataCode && definition.Format == RecordFormat.Parquet ? Columns
        : $"{definition.Destination.Kind}-failed";
}
