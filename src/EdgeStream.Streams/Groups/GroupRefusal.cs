namespace EdgeStream.Streams;

/// <summary>Why a consumer group does not do what it is asked.</summary>
public enum GroupRefusal
{
    /// <summary>The group or its stream was deleted.</summary>
    Gone = 0,

    /// <summary>The stream has <see cref="ConsumerGroups.GroupsMax"/> groups.</summary>
    TooManyGroups = 1,

    /// <summary>The group has <see cref="ConsumerGroup.MembersMax"/> members that were heard of lately.</summary>
    TooManyMembers = 2,
}
