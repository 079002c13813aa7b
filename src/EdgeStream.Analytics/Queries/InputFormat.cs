namespace EdgeStream.Analytics;

/// <summary>What the records of an input are.</summary>
public enum InputFormat
{
    /// <summary>One JSON object a record.</summary>
    Json = 0,

    /// <summary>One line of fields a record, in double quotes where they hold the delimiter.</summary>
    Csv = 1,

    /// <summary>One line a record, taken apart by a regular expression.</summary>
    Regex = 2,
}
