namespace EdgeStream.Gateway.Config;

/// <summary>How the text of a value is read.</summary>
internal enum SchemaValueKind
{
    /// <summary>As it stands.</summary>
    Text,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>A whole number.</summary>
    Integer,

    /// <summary>A number, with a point if need be.</summary>
    Number,

    /// <summary>See <see cref="DurationText"/>.</summary>
    Duration,

    /// <summary>See <see cref="SizeText"/>.</summary>
    Size,
}
