namespace EdgeStream.Delivery.Tests;

/// <summary>What a scripted destination does with one record.</summary>
public enum RecordAnswer
{
    Accept,
    Refuse,

    /// <summary>The attempt ends there.</summary>
    Away,

    /// <summary>The attempt goes on behind it, and has failed.</summary>
    Later,

    /// <summary>Refused, which may not be the record's own fault; the attempt goes on behind it.</summary>
    Doubt,

    /// <summary>The attempt ends there: the object is too large.</summary>
    TooLarge,
}
