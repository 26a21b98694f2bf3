extension KnownAction {
    /// Other actions that many workflows use.
    static let tableOfCommunity = """
        8398a7/action-slack
          in author_name cancelled_message channel custom_payload failure_message fields github_base_url
          in github_token icon_emoji icon_url if_mention job_name mention status! success_message text
          in username
        anthropics/claude-code-action
          in additional_permissions allowed_bots allowed_non_write_users anthropic_api_key
          in assignee_trigger base_branch bot_id bot_name branch_name_template branch_prefix
          in classify_inline_comments claude_args claude_code_oauth_token display_report
          in exclude_comments_by_actor github_token include_comments_by_actor include_fix_links
          in label_trigger path_to_bun_executable path_to_claude_code_executable plugin_marketplaces
          in plugins prompt settings show_full_output ssh_signing_key track_progress trigger_phrase
          in use_bedrock use_commit_signing use_foundry use_sticky_comment use_vertex
          out branch_name execution_file github_token session_id structured_output
        bahmutov/npm-install
          in cache-key-prefix install-command useLockFile useRollingCache working-directory
        codecov/codecov-action
          in base_sha binary codecov_yml_path commit_parent directory disable_file_fixes
          in disable_safe_directory disable_search disable_telem dry_run env_vars exclude
          in fail_ci_if_error file files flags force gcov_args gcov_executable gcov_ignore gcov_include
          in git_service handle_no_reports_found job_code name network_filter network_prefix os
          in override_branch override_build override_build_url override_commit override_pr plugin plugins
          in recurse_submodules report_code report_type root_dir run_command skip_validation slug
          in swift_project token url use_legacy_upload_endpoint use_oidc use_pypi verbose version
          in working-directory
        dawidd6/action-download-artifact
          in allow_forks branch check_artifacts commit dry_run event github_token if_no_artifact_found
          in merge_multiple name name_is_regexp path pr ref repo run_id run_number search_artifacts
          in skip_unpack use_unzip workflow workflow_conclusion workflow_search
          out artifacts dry_run error_message found_artifact
        dawidd6/action-send-mail
          in attachments bcc body cc connection_url content_type convert_markdown envelope_from
          in envelope_to from! headers html_body ignore_cert in_reply_to nodemailerdebug nodemailerlog
          in password priority reply_to secure server_address server_port subject! to username
        dessant/lock-threads
          in add-discussion-labels add-issue-labels add-pr-labels discussion-comment
          in discussion-inactive-days exclude-any-discussion-labels exclude-any-issue-labels
          in exclude-any-pr-labels exclude-discussion-closed-after exclude-discussion-closed-before
          in exclude-discussion-closed-between exclude-discussion-created-after
          in exclude-discussion-created-before exclude-discussion-created-between
          in exclude-issue-closed-after exclude-issue-closed-before exclude-issue-closed-between
          in exclude-issue-created-after exclude-issue-created-before exclude-issue-created-between
          in exclude-pr-closed-after exclude-pr-closed-before exclude-pr-closed-between
          in exclude-pr-created-after exclude-pr-created-before exclude-pr-created-between github-token
          in include-all-discussion-labels include-all-issue-labels include-all-pr-labels
          in include-any-discussion-labels include-any-issue-labels include-any-pr-labels issue-comment
          in issue-inactive-days issue-lock-reason log-output pr-comment pr-inactive-days pr-lock-reason
          in process-only remove-discussion-labels remove-issue-labels remove-pr-labels
          out discussions issues prs
        dorny/paths-filter
          in base filters! initial-fetch-depth list-files predicate-quantifier ref token
          in working-directory
          out *
        dtolnay/rust-toolchain
          in components target targets toolchain
          out cachekey name
        enricomi/publish-unit-test-result-action
          in action_fail action_fail_on_inconclusive check_name check_run check_run_annotations
          in check_run_annotations_branch comment_mode comment_on_pr comment_title commit
          in compare_to_earlier_commit deduplicate_classes_by_file_name event_file event_name fail_on
          in files github_retries github_token github_token_actor hide_comments ignore_runs job_summary
          in json_file json_suite_details json_test_case_results json_thousands_separator junit_files
          in large_files nunit_files pull_request_build report_individual_runs report_suite_logs
          in search_pull_requests secondary_rate_limit_wait_seconds seconds_between_github_reads
          in seconds_between_github_writes ssl_verify test_changes_limit test_file_prefix time_unit
          in trx_files xunit_files
          out json
        erlef/setup-beam
          in disable_problem_matchers elixir-version github-token gleam-version hexpm-mirrors install-hex
          in install-rebar otp-architecture otp-version rebar3-version version-file version-type
          out elixir-version gleam-version otp-version rebar3-version setup-beam-version
        game-ci/unity-builder
          in allowDirtyBuild androidExportType androidKeyaliasName androidKeyaliasPass
          in androidKeystoreBase64 androidKeystoreName androidKeystorePass androidSymbolType
          in androidTargetSdkVersion androidVersionCode awsStackName buildMethod buildName buildProfile
          in buildsPath cacheKey cacheUnityInstallationOnMac chownFilesTo containerCpu containerHookFiles
          in containerMemory containerRegistryImageVersion containerRegistryRepository customCommandHooks
          in customHookFiles customImage customJob customParameters dockerCpuLimit dockerIsolationMode
          in dockerMemoryLimit dockerWorkspacePath enableGpu gitPrivateToken githubOwner kubeConfig
          in kubeStorageClass kubeVolume kubeVolumeSize manualExit postBuildSteps preBuildSteps
          in projectPath providerStrategy readInputFromOverrideList readInputOverrideCommand
          in runAsHostUser skipActivation sshAgent sshPublicKeysDirectoryPath targetPlatform
          in unityHubVersionOnMac unityLicensingServer unityVersion version versioning watchToEnd
          out androidVersionCode buildVersion engineExitCode volume
        golangci/golangci-lint-action
          in annotations args cache-invalidation-interval debug experimental github-token install-mode
          in install-only only-new-issues problem-matchers skip-build-cache skip-cache skip-pkg-cache
          in skip-save-cache verify version version-file working-directory
        goreleaser/goreleaser-action
          in args distribution install-only version workdir
          out artifacts metadata
        gradle/wrapper-validation-action
          in allow-checksums allow-snapshots min-wrapper-count
          out failed-wrapper
        jamesives/github-pages-deploy-action
          in attempt-limit branch clean clean-exclude commit-message dry-run folder! force
          in git-config-email git-config-name repository-name silent single-commit ssh-key tag
          in target-folder token
          out deployment-status
        mikepenz/release-changelog-builder-action
          in baseUrl cache commitMode configuration configurationJson exportCache exportOnly failOnError
          in fetchReleaseInformation fetchReviewers fetchReviews fetchViaCommits fromTag
          in ignorePreReleases includeOnlyPaths includeOpen mode offlineMode outputFile owner path
          in platform repo toTag token
          out cache categorized_prs changelog contributors failed fromTag open_prs owner pull_requests
          out repo toTag uncategorized_prs
        msys2/setup-msys2
          in cache install location msystem pacboy path-type platform-check-severity release update
          out msys2-location
        ncipollo/release-action
          in allowUpdates artifact artifactContentType artifactErrorsFailBuild artifacts body bodyFile
          in commit discussionCategory draft generateReleaseNotes generateReleaseNotesPreviousTag
          in immutableCreate makeLatest name omitBody omitBodyDuringUpdate omitDraftDuringUpdate omitName
          in omitNameDuringUpdate omitPrereleaseDuringUpdate owner prerelease removeArtifacts
          in replacesArtifacts repo skipIfReleaseExists tag token updateOnlyUnreleased
          out assets html_url id tarball_url upload_url zipball_url
        nick-fields/retry
          in command! continue_on_error max_attempts! new_command_on_retry on_retry_command
          in polling_interval_seconds retry_on retry_on_exit_code retry_wait_seconds shell
          in timeout_minutes timeout_seconds warning_on_retry
          out exit_code exit_error total_attempts
        octokit/graphql-action
          in mediaType query! variables
          out data
        openai/codex-action
          in allow-bot-users allow-bots allow-users codex-args codex-home codex-user codex-version effort model
          in openai-api-key output-file output-schema output-schema-file prompt prompt-file
          in permission-profile responses-api-endpoint safety-strategy sandbox working-directory
          out final-message
        peaceiris/actions-gh-pages
          in allow_empty_commit cname commitMessage commit_message deploy_key destination_dir
          in disable_nojekyll emptyCommits enable_jekyll exclude_assets external_repository forceOrphan
          in force_orphan full_commit_message github_token keepFiles keep_files personal_token
          in publish_branch publish_dir tagMessage tagName tagOverwrite tag_message tag_name user_email
          in user_name useremail username
        peaceiris/actions-hugo
          in extended hugo-version
        peter-evans/create-or-update-comment
          in append-separator body body-file body-path comment-id edit-mode issue-number reactions
          in reactions-edit-mode repository token
          out comment-id
        peter-evans/create-pull-request
          in add-paths assignees author base body body-path branch branch-suffix branch-token
          in commit-message committer delete-branch draft git-token labels maintainer-can-modify
          in milestone path push-to-fork reviewers sign-commits signoff team-reviewers title token
          out pull-request-branch pull-request-head-sha pull-request-number pull-request-operation
          out pull-request-url
        reactivecircus/android-emulator-runner
          in api-level! arch avd-name channel cmake cores disable-animations disable-linux-hw-accel
          in disable-spellchecker disk-size emulator-boot-timeout emulator-build emulator-options
          in emulator-port enable-hw-keyboard force-avd-creation heap-size ndk pre-emulator-launch-script
          in profile ram-size script! sdcard-path-or-size system-image-api-level target working-directory
        release-drafter/release-drafter
          in commitish config-name disable-autolabeler disable-releaser dry-run filter-by-range footer
          in header include-pre-releases initial-commits-since latest name prerelease
          in prerelease-identifier publish tag token version
          out body html_url id major_version minor_version name patch_version resolved_version tag_name
          out upload_url
        reviewdog/action-actionlint
          in actionlint_flags fail_level fail_on_error filter_mode github_token level reporter
          in reviewdog_flags tool_name
        reviewdog/action-eslint
          in eslint_flags fail_level fail_on_error filter_mode github_token level node_options reporter
          in reviewdog_flags tool_name workdir
        reviewdog/action-golangci-lint
          in cache fail_level fail_on_error filter_mode github_token go_version go_version_file
          in golangci_lint_flags golangci_lint_version level reporter reviewdog_flags reviewdog_version
          in tool_name workdir
        reviewdog/action-hadolint
          in exclude fail_level fail_on_error filter_mode github_token hadolint_flags hadolint_ignore
          in include level reporter reviewdog_flags tool_name
        reviewdog/action-misspell
          in exclude fail_level fail_on_error filter_mode github_token ignore level locale path pattern
          in reporter
        reviewdog/action-rubocop
          in fail_level fail_on_error filter_mode github_token level only_changed reporter
          in reviewdog_flags rubocop_extensions rubocop_flags rubocop_version skip_install tool_name
          in use_bundler workdir
        reviewdog/action-shellcheck
          in check_all_files_with_shebangs exclude fail_level fail_on_error filter_mode github_token
          in level path pattern reporter reviewdog_flags shellcheck_flags
        reviewdog/action-tflint
          in fail_level fail_on_error filter_mode flags github_token level reporter tflint_config
          in tflint_init tflint_rulesets tflint_target_dir tflint_version working_directory
          out reviewdog-return-code tflint-return-code
        rtcamp/action-slack-notify
        ruby/setup-ruby
          in bundler bundler-cache cache-version ruby-version rubygems self-hosted token
          in windows-toolchain working-directory
          out ruby-prefix
        samkirkland/ftp-deploy-action
          in dangerous-clean-slate dry-run exclude local-dir log-level password! port protocol security
          in server! server-dir state-name timeout username!
        shivammathur/setup-php
          in coverage extensions github-token ini-file ini-values php-version php-version-file tools
          out php-version
        softprops/action-gh-release
          in append_body body body_path discussion_category_name draft fail_on_unmatched_files files
          in generate_release_notes make_latest name overwrite_files prerelease preserve_order
          in previous_tag repository tag_name target_commitish token working_directory
          out assets id upload_url url
        stefanzweifel/git-auto-commit-action
          in add_options branch commit_author commit_message commit_options commit_user_email
          in commit_user_name create_branch create_git_tag_only disable_globbing file_pattern
          in internal_git_binary push_options repository skip_checkout skip_dirty_check skip_fetch
          in skip_push status_options tag_name tagging_message
          out changes_detected commit_hash create_git_tag_only
        subosito/flutter-action
          in architecture cache cache-key cache-path channel dry-run flutter-version flutter-version-file
          in git-source pub-cache pub-cache-key pub-cache-path
          out ARCHITECTURE CACHE-HIT CACHE-KEY CACHE-PATH CHANNEL GIT_SOURCE PUB-CACHE-HIT PUB-CACHE-KEY
          out PUB-CACHE-PATH VERSION
        swatinem/rust-cache
          in add-job-id-key add-rust-environment-hash-key cache-all-crates cache-bin cache-directories
          in cache-on-failure cache-provider cache-targets cache-workspace-crates cmd-format env-vars key
          in lookup-only prefix-key save-if shared-key workspaces
          out cache-hit
        treosh/lighthouse-ci-action
          in artifactName basicAuthPassword basicAuthUsername budgetPath configPath runs serverBaseUrl
          in serverToken temporaryPublicStorage uploadArtifacts uploadExtraArgs urls
          out assertionResults links resultsPath
        """
}
