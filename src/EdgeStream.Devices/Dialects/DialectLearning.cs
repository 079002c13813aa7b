namespace EdgeStream.Devices;

/// <summary>What a dialect may keep of a message for later ones.</summary>
internal enum DialectLearning
{
    /// <summary>Everything: the message is new.</summary>
    Everything,

    /// <summary>What nothing newer is known of: the message is an old one.</summary>
    Unknown,

    /// <summary>Nothing: somebody only wants to see what it means.</summary>
    Nothing,
}
